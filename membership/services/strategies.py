"""What the team does with each segment: the course's advice, laid in once and kept by staff from then on."""

from membership.models import RfmSegmentTotal, SegmentStrategy

NAMED, VALUE = RfmSegmentTotal.Map.NAMED, RfmSegmentTotal.Map.VALUE
# map, segment, title, English title, what to do, in English, role
STRATEGIES = (
    (NAMED, "champions", "专属服务", "Serve as guests of honour", "新品优先体验，邀请评价与分享，不打折也会买。", "Early access to new goods, ask for reviews and referrals; they buy without discounts.", "service_lead"),
    (NAMED, "loyal", "提升等级", "Lift to the next tier", "会员权益、积分加倍，引导升级。", "Member benefits and double points towards the next tier.", "campaign_planner"),
    (NAMED, "potential_loyalist", "促成再次购买", "Bring the next order", "推荐搭配与补货提醒，给会员价。", "Suggest matching goods and refills at member prices.", "campaign_planner"),
    (NAMED, "new", "新客引导", "Welcome", "首单感谢、使用指南，第二单优惠。", "Thanks, a guide to the product, and an offer for the second order.", "promotion_specialist"),
    (NAMED, "promising", "培养习惯", "Build the habit", "小额券与内容种草，30 天内促成复购。", "Small coupons and content; a second order within 30 days.", "promotion_specialist"),
    (NAMED, "need_attention", "唤起兴趣", "Wake the interest", "限时优惠，按历史偏好推荐。", "Limited offers by what they liked before.", "promotion_specialist"),
    (NAMED, "about_to_sleep", "防止流失", "Keep them awake", "热销榜单与满减券，提醒积分到期。", "Best-seller lists, threshold coupons, reminders of expiring points.", "promotion_specialist"),
    (NAMED, "cannot_lose", "一对一挽回", "Win back one to one", "客服一对一联系，了解原因，给专属方案。", "A personal call, learn why, make a personal offer.", "service_lead"),
    (NAMED, "at_risk", "重点召回", "Call back", "专属优惠加新品，致歉并解决旧问题。", "A personal offer with new goods; solve what went wrong.", "after_sales_agent"),
    (NAMED, "hibernating", "批量促活", "Batch promotion", "大促节点批量触达，成本封顶。", "Batch messages at big events, with a cap on cost.", "promotion_specialist"),
    (NAMED, "lost", "低成本触达", "Touch cheaply or let go", "只在大促触达，不再单独投入。", "Only at big events; no spending of their own.", "promotion_specialist"),
    (VALUE, "key_value", "VIP 服务", "VIP service", "专属客服、新品优先。", "Own agent, early access.", "service_lead"),
    (VALUE, "key_develop", "提高频次", "Raise the frequency", "补货提醒与组合装。", "Refill reminders and bundles.", "campaign_planner"),
    (VALUE, "key_keep", "一对一联系", "Contact one to one", "一对一联系并给专属优惠。", "Personal contact with an exclusive offer.", "service_lead"),
    (VALUE, "key_win_back", "重点召回", "Win back one to one", "一对一了解原因，重点召回。", "Learn why, one to one, and win back.", "service_lead"),
    (VALUE, "plain_value", "提升客单", "Raise the basket", "满减与加购推荐。", "Thresholds and add-on offers.", "promotion_specialist"),
    (VALUE, "plain_develop", "新客引导", "Onboarding", "新客流程与首单回访。", "The new-customer programme and a call after the first order.", "promotion_specialist"),
    (VALUE, "plain_keep", "轻度促销", "Light batch promotion", "轻度批量促销。", "Light batch promotions.", "promotion_specialist"),
    (VALUE, "plain_win_back", "批量促销", "Batch promotion or let go", "批量促销或放弃。", "Batch promotions, or let go.", "promotion_specialist"),
)  # fmt: skip


def install_strategies() -> int:
    """Lay in the strategies that are missing; returns how many there are. What staff have written stays."""
    for map_code, segment, title, english_title, action, english_action, role in STRATEGIES:
        SegmentStrategy.objects.get_or_create(
            map=map_code,
            segment=segment,
            defaults={
                "title": title,
                "english_title": english_title,
                "action": action,
                "english_action": english_action,
                "owner_role": role,
            },
        )
    return len(STRATEGIES)
