"""What goes over the desk: frozen value types, taken in and shown; nothing here knows a table or a chat."""

from tracker.views.audits import AlarmLine as AlarmLine
from tracker.views.audits import Audited as Audited
from tracker.views.audits import Finding as Finding
from tracker.views.people import CategoryView as CategoryView
from tracker.views.people import CommunityView as CommunityView
from tracker.views.people import PlaceView as PlaceView
from tracker.views.people import Role as Role
from tracker.views.people import Somebody as Somebody
from tracker.views.people import TagView as TagView
from tracker.views.sending import LOOK_AHEAD as LOOK_AHEAD
from tracker.views.sending import CardView as CardView
from tracker.views.sending import Letter as Letter
from tracker.views.tickets import Asked as Asked
from tracker.views.tickets import File as File
from tracker.views.tickets import NewReport as NewReport
from tracker.views.tickets import PageLine as PageLine
from tracker.views.tickets import Stats as Stats
from tracker.views.tickets import TicketLine as TicketLine
from tracker.views.tickets import TicketView as TicketView
from tracker.views.tickets import Tried as Tried
from tracker.views.waiting import Again as Again
from tracker.views.waiting import NoticeLine as NoticeLine
from tracker.views.waiting import Outgoing as Outgoing
from tracker.views.waiting import Reason as Reason
from tracker.views.waiting import Refusal as Refusal
from tracker.views.waiting import Wait as Wait
