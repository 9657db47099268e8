"""The demo's canned answers, in the two languages its customers write."""

from service_desk.models import Macro

ZH, EN = Macro.Language.CHINESE, Macro.Language.ENGLISH
MACROS = (
    # code, title, language, text
    ("hello", "问候", ZH, "{customer}您好，我是{store}的客服{agent}，很高兴为您服务，请问有什么可以帮您？"),
    ("shipping", "发货时间", ZH, "{customer}您好，订单 {order} 今天 18 点前发出，发出后您会收到物流短信，请留意。"),
    (
        "tracking",
        "催件中",
        ZH,
        "非常抱歉让您久等了。订单 {order} 已联系快递催件，明天中午前给您答复，有消息马上告诉您。",
    ),
    (
        "return-7d",
        "七天无理由",
        ZH,
        "可以的，签收次日起七天内、不影响二次销售即可退货。请在订单 {order} 里提交退货申请，我们收到后两天内退款。",
    ),
    (
        "damaged",
        "破损补寄",
        ZH,
        "实在抱歉给您添麻烦了。麻烦拍一张外箱和商品的照片发来，核实后当天为您补寄，原件不用退回。",
    ),
    ("invoice", "开发票", ZH, "可以开电子发票。请把抬头和税号发给我，开好后发到您的邮箱，一般当天完成。"),
    ("bye", "结束语", ZH, "感谢您的耐心。如果之后还有问题，直接回复本消息（{ticket}）就能找到我们，祝您生活愉快！"),
    (
        "hello-en",
        "Greeting",
        EN,
        "Dear {customer}, this is {agent} from {store}. Thank you for writing to us. How can I help?",
    ),
    (
        "shipping-en",
        "When it ships",
        EN,
        "Your order {order} leaves our warehouse today before 6 pm. You will get a message with the tracking number.",
    ),
    (
        "tracking-en",
        "Chasing the parcel",
        EN,
        "I am sorry for the wait. We have asked the carrier about order {order} and will write to you by noon tomorrow.",
    ),
    (
        "damaged-en",
        "Damaged on arrival",
        EN,
        "I am sorry it arrived like that. Please send a photo of it; we will send a new one today, the old one is yours.",
    ),
)


def fill_macros() -> None:
    """Write them."""
    Macro.objects.bulk_create(
        Macro(code=code, title=title, language=language, body=body) for code, title, language, body in MACROS
    )
