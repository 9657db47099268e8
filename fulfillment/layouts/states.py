"""The words by which files say how far an order has come."""

from config.kernel.importing.headings import squash
from fulfillment.layouts.base import SourceState

# Asked from top to bottom: "等待买家确认,卖家已发货" is shipped, "定金已付,尾款未付" is not unpaid.
_WORDS: tuple[tuple[SourceState, tuple[str, ...]], ...] = (
    (SourceState.CLOSED, ("关闭", "取消", "作废", "退款成功", "全额退款", "closed", "cancel", "void")),
    (SourceState.COMPLETED, ("交易成功", "完成", "已签收", "已收货", "completed", "delivered", "finished")),
    (SourceState.PART_SHIPPED, ("部分发货", "partiallyshipped", "partshipped")),
    (SourceState.SHIPPED, ("已发货", "待收货", "等待买家确认", "等待确认收货", "shipped", "dispatched")),
    (SourceState.DEPOSIT_PAID, ("定金已付", "等待尾款", "付尾款", "尾款未付", "depositpaid")),
    (
        SourceState.UNPAID,
        ("等待买家付款", "待付款", "未付款", "未支付", "待支付", "unpaid", "awaitingpayment", "pending"),
    ),
    (SourceState.PAID, ("已付款", "待发货", "等待卖家发货", "等待发货", "备货", "出库中", "paid", "processing")),
)

# "Unshipped" holds "shipped".
_BEFORE_ALL: tuple[tuple[str, SourceState], ...] = (
    ("unshipped", SourceState.PAID),
    ("未发货", SourceState.PAID),
    ("awaitingshipment", SourceState.PAID),
)


def state_from_words(status: str) -> SourceState | None:
    """The state that a channel's text means; None when it is empty or nobody knows."""
    words = squash(status)
    for word, state in _BEFORE_ALL:
        if word in words:
            return state
    for state, known in _WORDS:
        if any(word in words for word in known):
            return state
    return None
