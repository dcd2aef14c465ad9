"""what is forgotten leads to nobody's chat, and what no coordinator could be told is kept"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PRIVATE = sa.text("kind = 'private' AND address IS NOT NULL")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", ID, nullable=False),
        sa.Column("community_id", ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fact", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticket_id", ID, nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_alarm_community_id_community")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_alarm_ticket_id_ticket"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sa.UniqueConstraint("community_id", "key", name=op.f("uq_alarm_community_id_key")),
    )
    op.create_index("ix_alarm_at", "alarm", ["at"])
    op.create_index("ix_alarm_ticket", "alarm", ["ticket_id"])
    op.create_index("ix_place_seen", "place", ["seen_at"], sqlite_where=PRIVATE, postgresql_where=PRIVATE)
    with op.batch_alter_table("ticket") as ticket:
        ticket.alter_column("source", existing_type=sa.String(), nullable=True)
        ticket.alter_column("place_id", existing_type=ID, nullable=True)
        ticket.alter_column("message", existing_type=sa.BigInteger(), nullable=True)
    op.execute("UPDATE ticket SET source = NULL, message = NULL, reason = NULL WHERE reporter = 'forgotten'")
    op.execute(
        "UPDATE ticket SET place_id = NULL, topic = NULL WHERE reporter = 'forgotten'"
        " AND place_id IN (SELECT id FROM place WHERE kind = 'private')"
    )
    op.execute(
        "DELETE FROM card WHERE place_id IN (SELECT id FROM place WHERE kind = 'private')"
        " AND ticket_id IN (SELECT id FROM ticket WHERE reporter = 'forgotten')"
    )


def downgrade() -> None:
    op.execute("UPDATE ticket SET source = 'forgotten:' || id WHERE source IS NULL")
    op.execute("UPDATE ticket SET message = 0 WHERE message IS NULL")
    op.execute(  # an older program needs one to answer in
        "UPDATE ticket SET place_id = (SELECT min(id) FROM place"
        " WHERE kind <> 'private' AND place.community_id = ticket.community_id) WHERE place_id IS NULL"
    )
    with op.batch_alter_table("ticket") as ticket:
        ticket.alter_column("message", existing_type=sa.BigInteger(), nullable=False)
        ticket.alter_column("place_id", existing_type=ID, nullable=False)
        ticket.alter_column("source", existing_type=sa.String(), nullable=False)
    op.drop_index("ix_place_seen", "place")
    op.drop_index("ix_alarm_ticket", "alarm")
    op.drop_index("ix_alarm_at", "alarm")
    op.drop_table("alarm")
