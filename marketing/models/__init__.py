"""The tables of marketing."""

from marketing.models.calendar import CampaignEvent, EventPeriod
from marketing.models.spend import ChannelSpend, TrafficSource

__all__ = ["CampaignEvent", "ChannelSpend", "EventPeriod", "TrafficSource"]
