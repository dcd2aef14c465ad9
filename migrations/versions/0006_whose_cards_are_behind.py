"""in which places cards are behind, so that the next one is found without going through all of them"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BEHIND = sa.text("shown_version < wanted_version")


def upgrade() -> None:
    op.create_index("ix_card_turn", "card", ["place_id", "next_at"], sqlite_where=BEHIND, postgresql_where=BEHIND)


def downgrade() -> None:
    op.drop_index("ix_card_turn", "card")
