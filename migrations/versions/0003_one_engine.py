"""one engine among several machines, a chat at a time, fair turns, and lists of pages"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATES = "'pending', 'sending', 'sent', 'unsure', 'dead', 'void'"
PENDING = sa.text("state = 'pending'")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.add_column("place", sa.Column("led", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("place", sa.Column("urgent_at", sa.DateTime(timezone=True), nullable=True))
    _index("ix_place_newest", "place", ["newest"], sa.text("kind = 'private'"))
    _index("ix_card_message", "card", ["place_id", "message"], sa.text("message IS NOT NULL"))
    _index("ix_ticket_ended", "ticket", ["closed_at"], sa.text("closed_at IS NOT NULL AND reporter <> 'forgotten'"))
    _inbox_up()
    _outbox_up()


def _inbox_up() -> None:
    with op.batch_alter_table("inbox") as inbox:
        inbox.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        inbox.add_column(sa.Column("audited", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("inbox") as inbox:
        inbox.alter_column("urgent", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
        inbox.alter_column("audited", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    op.execute("UPDATE inbox SET audited = true WHERE state = 'dead'")  # what is old was told by the version before
    _index("ix_inbox_chat", "inbox", ["chat", "id"], WAITING)
    _index("ix_inbox_urgent", "inbox", ["id"], sa.text("state = 'waiting' AND urgent"))
    _index("ix_inbox_dead", "inbox", ["audited", "id"], sa.text("state = 'dead'"))


def _outbox_up() -> None:
    op.drop_index("ix_outbox_due", "outbox")
    with op.batch_alter_table("outbox") as outbox:
        _states(outbox, f"{STATES}, 'bundled'")
        outbox.add_column(
            sa.Column("community_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        outbox.add_column(sa.Column("bundle_id", sa.BigInteger(), nullable=True))
        outbox.add_column(sa.Column("audited", sa.Boolean(), nullable=False, server_default=sa.false()))
        outbox.create_foreign_key(op.f("fk_outbox_community_id_community"), "community", ["community_id"], ["id"])
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("audited", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    op.execute("UPDATE outbox SET audited = true WHERE state IN ('unsure', 'dead')")
    op.execute(
        "UPDATE outbox SET community_id = coalesce("
        "(SELECT community_id FROM ticket WHERE ticket.id = outbox.ticket_id),"
        " (SELECT community_id FROM place WHERE place.id = outbox.place_id))"
    )
    _index("ix_outbox_due", "outbox", ["community_id", "priority", "not_before", "id", "kind"], PENDING)
    _index("ix_outbox_turn", "outbox", ["community_id", "priority", "place_id", "not_before"], PENDING)
    _index("ix_outbox_trouble", "outbox", ["audited", "state"], sa.text("state IN ('unsure', 'dead')"))
    _index("ix_outbox_bundle", "outbox", ["bundle_id"], sa.text("bundle_id IS NOT NULL"))


def downgrade() -> None:
    for index in ("ix_outbox_bundle", "ix_outbox_trouble", "ix_outbox_turn", "ix_outbox_due"):
        op.drop_index(index, "outbox")
    op.execute("UPDATE outbox SET state = 'void' WHERE state = 'bundled'")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(op.f("fk_outbox_community_id_community"), type_="foreignkey")
        outbox.drop_column("audited")
        outbox.drop_column("bundle_id")
        outbox.drop_column("community_id")
        _states(outbox, STATES)
    _index("ix_outbox_due", "outbox", ["priority", "not_before", "id"], PENDING)
    for index in ("ix_inbox_dead", "ix_inbox_urgent", "ix_inbox_chat"):
        op.drop_index(index, "inbox")
    with op.batch_alter_table("inbox") as inbox:
        inbox.drop_column("audited")
        inbox.drop_column("urgent")
    op.drop_index("ix_ticket_ended", "ticket")
    op.drop_index("ix_card_message", "card")
    op.drop_index("ix_place_newest", "place")
    op.drop_column("place", "urgent_at")
    op.drop_column("place", "led")
    op.drop_table("lease")


def _index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _states(outbox: BatchOperations, states: str) -> None:
    outbox.drop_constraint(op.f("ck_outbox_state"), type_="check")
    outbox.create_check_constraint(op.f("ck_outbox_state"), f"state IN ({states})")
