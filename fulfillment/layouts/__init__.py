"""The kinds of order files that can be read."""

from collections.abc import Mapping
from types import MappingProxyType

from fulfillment.layouts.base import Layout
from fulfillment.layouts.generic import GenericLayout
from fulfillment.layouts.marketplace_zh import MarketplaceZhLayout
from fulfillment.layouts.online_retail import OnlineRetailLayout

LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {layout.code: layout for layout in (OnlineRetailLayout(), GenericLayout(), MarketplaceZhLayout())}
)
