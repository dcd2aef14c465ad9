"""which private chats have a menu of their own, so that it goes with the part, and is set once and not at each start"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SET = sa.text("menu IS NOT NULL")


def upgrade() -> None:
    op.add_column("place", sa.Column("menu", sa.String(), nullable=True))
    op.create_index("ix_place_menu", "place", ["menu"], sqlite_where=SET, postgresql_where=SET)


def downgrade() -> None:
    op.drop_index("ix_place_menu", "place")
    op.drop_column("place", "menu")
