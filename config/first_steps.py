"""What the empty lists of the admin say to do first."""

from django.utils.translation import gettext_lazy as _

from config.kernel.admin.first_steps import FirstStep, name_first_steps

ORDERS = FirstStep(
    _("Orders come in by file or through the API; this list fills with them."),
    "imports:upload", "kernel.add_importbatch", _("Import a file"),
)  # fmt: skip
JOBS = FirstStep(_("Jobs run by night or by button: a restock check, a segmentation, a report."))
CHECK = FirstStep(
    _("A restock check works it out from stock, sales and the suppliers' terms."),
    "restock:overview", "fulfillment.view_restockrun", _("To the restock page"),
)  # fmt: skip
SEGMENT = FirstStep(
    _("A segmentation scores all customers of the last year."),
    "membership:rfm", "membership.view_rfmrun", _("To the RFM page"),
)  # fmt: skip
STOCK = FirstStep(_("Stock comes in by receiving a purchase order, by a count, or by daily snapshots from a file."))
GOODS = FirstStep(_("Goods are entered by hand or by a spreadsheet; an import of orders makes those it does not know."))
BY_HAND = FirstStep(_("Entered by hand, by those whose work it is."))
MACHINE = FirstStep(_("The machine fills this list by itself."))

name_first_steps(
    {
        "kernel.ImportBatch": FirstStep(
            _("No file was imported yet."), "imports:upload", "kernel.add_importbatch", _("Import a file")
        ),
        "kernel.ImportRow": FirstStep(
            _("Rows with errors or warnings of an import are kept here until they are mended.")
        ),
        "kernel.JobRun": JOBS,
        "kernel.InboxMessage": FirstStep(
            _("What channels send through the API is kept here, and what could not be taken in.")
        ),
        "kernel.OutboxMessage": FirstStep(
            _("Mails and messages that the shop sends are kept here with their deliveries.")
        ),
        "kernel.WorkItem": FirstStep(_("Nothing is to be done. Work items are made by the rooms, or by hand.")),
        "kernel.RoleScope": FirstStep(
            _("No role is limited: everybody reaches all stores. A limit is set on the page of a person.")
        ),
        "kernel.CalendarDay": FirstStep(
            _("The public calendar of holidays and make-up days is known; only corrections to it are entered here.")
        ),
        "kernel.ExchangeRate": FirstStep(
            _("A shop with one currency needs none. Otherwise whoever runs the server loads a file of rates.")
        ),
        "kernel.AuditEntry": MACHINE,
        "kernel.AuditSeal": MACHINE,
        "kernel.ImportMapping": FirstStep(_("The columns of an import can be kept under a name on its second page.")),
        "catalog.Product": GOODS,
        "catalog.Sku": GOODS,
        "catalog.Listing": GOODS,
        "catalog.Category": BY_HAND,
        "catalog.Brand": BY_HAND,
        "catalog.Channel": BY_HAND,
        "catalog.Store": FirstStep(_("A store is entered by hand, or made by the first import of its orders.")),
        "marketing.TrafficSource": BY_HAND,
        "fulfillment.Supplier": BY_HAND,
        "fulfillment.Warehouse": BY_HAND,
        "service_desk.TicketQueue": BY_HAND,
        "service_desk.Macro": BY_HAND,
        "catalog.DailySales": ORDERS,
        "catalog.DailyTraffic": FirstStep(_("Traffic comes in by daily files of the channels.")),
        "catalog.SkuCost": FirstStep(_("A cost is set on the page of a SKU, or comes in by a sheet of costs.")),
        "catalog.Price": FirstStep(_("A price is set on the page of a listing.")),
        "membership.Customer": ORDERS,
        "membership.CustomerIdentity": ORDERS,
        "membership.Purchase": ORDERS,
        "membership.PurchaseRefund": ORDERS,
        "membership.MergeCandidate": FirstStep(
            _("No two customers of different stores share a real phone number or mail address.")
        ),
        "membership.RfmPolicy": FirstStep(
            _("No policy of your own: customers are scored by fifths of the last 365 days, dormant after 90 days.")
        ),
        "membership.RfmRun": SEGMENT,
        "membership.RfmScore": SEGMENT,
        "marketing.ChannelSpend": FirstStep(
            _("Spend comes in by daily files of the channels."),
            "imports:upload",
            "kernel.add_importbatch",
            _("Import a file"),
        ),
        "fulfillment.Order": ORDERS,
        "fulfillment.Refund": FirstStep(_("No money went back to a buyer yet.")),
        "fulfillment.Payment": ORDERS,
        "fulfillment.SalesEntry": ORDERS,
        "fulfillment.ShortLine": FirstStep(_("No marketplace sold more than there is in stock.")),
        "fulfillment.RestockRun": CHECK,
        "fulfillment.RestockSuggestion": CHECK,
        "fulfillment.SkuForecast": CHECK,
        "fulfillment.PurchaseOrder": FirstStep(
            _("Approved suggestions become purchase orders."),
            "restock:suggestions",
            "fulfillment.view_restocksuggestion",
            _("To the suggestions"),
        ),
        "fulfillment.GoodsReceipt": FirstStep(_("A receipt is made on the page of a purchase order.")),
        "fulfillment.ForecastAccuracy": FirstStep(
            _(
                "Not measured yet. Whoever runs the server starts the measurement; it takes weeks of orders to compare with."
            )
        ),
        "fulfillment.StockBalance": STOCK,
        "fulfillment.StockMovement": STOCK,
        "fulfillment.StockSnapshot": STOCK,
        "fulfillment.Lot": STOCK,
        "fulfillment.Reservation": FirstStep(_("Unpaid and unshipped orders hold stock here.")),
        "fulfillment.DemandDay": ORDERS,
        "service_desk.Ticket": FirstStep(
            _("Tickets come in through the API of the channels, or are opened by an agent.")
        ),
        "service_desk.SlaCycle": FirstStep(
            _("Clocks start by themselves when tickets come in that an SLA policy fits.")
        ),
        "service_desk.Attachment": FirstStep(_("Files that customers and agents send are kept with their tickets.")),
        "analytics.StoreDay": ORDERS,
        "analytics.Report": FirstStep(
            _("Reports are built by night, or by button."),
            "analytics:reports",
            "analytics.view_report",
            _("To the reports"),
        ),
        "analytics.ReportDelivery": FirstStep(_("Reports go by mail to those who subscribed.")),
    }
)
