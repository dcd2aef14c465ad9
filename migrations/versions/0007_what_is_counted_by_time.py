"""what was opened, ended and rated since when, so that a year's figures do not go through every ticket"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ENDED = sa.text("closed_at IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_ticket_created", "ticket", ["community_id", "created_at"])
    op.create_index(
        "ix_ticket_closed",
        "ticket",
        ["community_id", "closed_at", "outcome"],
        sqlite_where=ENDED,
        postgresql_where=ENDED,
    )
    op.create_index("ix_rating_at", "rating", ["at"])


def downgrade() -> None:
    op.drop_index("ix_rating_at", "rating")
    op.drop_index("ix_ticket_closed", "ticket")
    op.drop_index("ix_ticket_created", "ticket")
