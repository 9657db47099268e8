"""What each role does every day, as the software ships it; staff change it under Checklist items."""

from config.kernel.models import ChecklistItem

# Role, page, Chinese, English.
DAILY = (
    ("director", "/boards/", "看一遍经营看板，记下异常", "Read the boards and note what is unusual"),
    ("director", "/boards/reports/", "读昨天的日报", "Read yesterday's report"),
    (
        "operations_manager",
        "/boards/reports/",
        "读昨天的日报，把异常派给人",
        "Read yesterday's report and hand out what is unusual",
    ),
    (
        "operations_manager",
        "/admin/fulfillment/restocksuggestion/",
        "看补货建议有没有积压",
        "See that no restock suggestion waits too long",
    ),
    ("operations_manager", "/admin/kernel/inboxmessage/", "处理暂存的订单", "Settle parked orders"),
    (
        "campaign_planner",
        "/admin/marketing/eventperiod/",
        "核对未来 60 天的大促日历",
        "Check the campaign calendar of the next 60 days",
    ),
    ("promotion_specialist", "/admin/marketing/channelspend/", "导入昨天的投放数据", "Import yesterday's spend"),
    (
        "content_editor",
        "/admin/catalog/listing/",
        "检查新上架商品的标题和价格",
        "Check titles and prices of new listings",
    ),
    ("service_agent", "/desk/", "先处理等待最久的工单", "Answer the tickets that wait longest first"),
    ("after_sales_agent", "/desk/", "跟进未结的退款工单", "Follow up open refund tickets"),
    ("service_lead", "/desk/", "分派没人接的工单", "Hand out the tickets nobody has taken"),
    ("service_lead", "/boards/", "看首次回复时长和积压", "Look at first reply times and the backlog"),
    ("supply_planner", "/admin/fulfillment/restocksuggestion/", "审批补货建议", "Decide on restock suggestions"),
    ("supply_planner", "/admin/fulfillment/purchaseorder/", "催交到期的采购单", "Chase purchase orders that are due"),
    ("warehouse_clerk", "/admin/fulfillment/purchaseorder/", "收今天到的货", "Receive today's deliveries"),
    ("warehouse_clerk", "/admin/fulfillment/shortline/", "处理缺货行", "Settle short lines"),
    ("finance_clerk", "/admin/kernel/exchangerate/", "录入当天汇率", "Enter the day's exchange rates"),
    ("finance_clerk", "/admin/fulfillment/refund/", "核对昨天的退款", "Check yesterday's refunds"),
    (
        "compliance_officer",
        "/admin/kernel/auditentry/",
        "抽查个人信息查看记录",
        "Spot-check who looked at personal data",
    ),
    ("analyst", "/admin/kernel/importbatch/", "确认昨天的文件都已导入", "See that yesterday's files are imported"),
    ("system_administrator", "/admin/kernel/jobrun/", "检查失败的任务", "Look at failed jobs"),
    (
        "system_administrator",
        "/admin/kernel/outboxmessage/",
        "检查没发出去的消息",
        "Look at messages that could not be sent",
    ),
)


def install_checklists() -> int:
    """Lay in the items that are missing; returns how many there are. What staff changed or switched off stays so."""
    for position, (role, link, text, text_en) in enumerate(DAILY):
        ChecklistItem.objects.get_or_create(
            role=role, text=text, defaults={"text_en": text_en, "link": link, "position": position}
        )
    return ChecklistItem.objects.count()
