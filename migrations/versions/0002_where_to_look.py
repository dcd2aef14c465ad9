"""where a message that may have been posted before a crash is looked for"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("place", sa.Column("newest", sa.BigInteger(), nullable=True))
    op.execute("UPDATE place SET newest = (SELECT max(message) FROM outbox WHERE place_id = place.id)")
    op.add_column("outbox", sa.Column("after", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "after")
    op.drop_column("place", "newest")
