//! Fee schedules by example: what was traded on earlier days decides what a fill of today pays.
#![allow(missing_docs)]

mod scene;

use jware_core::account::FEES_ACCOUNT;
use jware_core::command::{Actor, Command, CorrectedFill, SetFeeSchedule, TradeCorrection};
use jware_core::event::Event;
use jware_core::fee::FeeTier;
use jware_core::order::Side;
use jware_core::refusal::RefusalCode;
use jware_core::units::{AccountId, AmountMinor, CurrencyId, PriceTicks, QtyLots, TsNs, UserId};
use scene::{ALICE, BOB, INTERNAL, Scene, USD, executions, refusal};

use Side::{Buy, Sell};

const FIRM: AccountId = AccountId(0);
const DAY_NS: u64 = 86_400_000_000_000;

fn tier(notional_min: i64, maker_fee_ppm: i32, taker_fee_ppm: i32) -> FeeTier {
    FeeTier { notional_min: AmountMinor(notional_min), maker_fee_ppm, taker_fee_ppm }
}

fn set(scene: &mut Scene, account: AccountId, currency: CurrencyId, tiers: &[FeeTier], reason: &str) -> Vec<Event> {
    let actor = Actor { user: UserId(7), ..Actor::default() };
    scene.apply(Command::SetFeeSchedule(SetFeeSchedule {
        actor,
        account,
        currency,
        tiers: tiers.to_vec(),
        reason: reason.to_owned(),
    }))
}

/// Fees of the maker Alice and the taker Bob in a trade of a value of 100,000 minor units, and its reports.
fn trade(scene: &mut Scene) -> (i64, i64, Vec<u64>) {
    let names = (format!("m{}", scene.now), format!("t{}", scene.now));
    scene.limit(ALICE, INTERNAL, &names.0, Sell, 1_000, 100);
    let told = executions(&scene.limit(BOB, INTERNAL, &names.1, Buy, 1_000, 100));
    let fills: Vec<_> = told.iter().filter(|told| told.last_qty.0 > 0).collect();
    (fills[0].last_fee.0, fills[1].last_fee.0, fills.iter().map(|fill| fill.exec_id).collect())
}

fn fees(scene: &mut Scene) -> (i64, i64) {
    let (maker, taker, _) = trade(scene);
    (maker, taker)
}

fn held(scene: &Scene, account: AccountId) -> i64 {
    scene.core.account(account).expect("opened").balance(USD).held
}

#[test]
fn what_was_traded_on_earlier_days_decides_and_that_of_the_day_does_not() {
    let mut scene = Scene::new();
    assert_eq!(fees(&mut scene), (0, 100), "the instrument's rates, where there is no schedule");
    let told = set(&mut scene, FIRM, USD, &[tier(0, 50, 2_000), tier(200_000, -100, 1_500), tier(300_000, -100, 500)], "review");
    let [Event::FeeScheduleSet { account: FIRM, currency: USD, tiers, actor, reason }] = &told[..] else { panic!("{told:?}") };
    assert_eq!((actor.user, reason.as_str(), tiers.len()), (UserId(7), "review", 3));
    assert_eq!(fees(&mut scene), (5, 200));
    assert_eq!(fees(&mut scene), (5, 200), "what is traded on a day counts from the next one on");
    scene.now += DAY_NS;
    assert_eq!(fees(&mut scene), (-10, 150), "200,000 is reached; what was traded before there was a schedule counts nothing");
    scene.now += DAY_NS;
    assert_eq!(fees(&mut scene), (-10, 50));
    let standing = scene.core.fee_standing(BOB, USD, TsNs(scene.now));
    assert_eq!((standing.tier, standing.volume, standing.today, standing.is_own), (2, 300_000, 100_000, false));
    scene.now += 28 * DAY_NS;
    assert_eq!(scene.core.fee_standing(BOB, USD, TsNs(scene.now)).volume, 400_000, "the first day is the thirtieth before");
    scene.now += DAY_NS;
    assert_eq!(scene.core.fee_standing(BOB, USD, TsNs(scene.now)).volume, 200_000, "and no longer");
    assert_eq!(fees(&mut scene), (-10, 150));
    scene.now += 40 * DAY_NS;
    assert_eq!(fees(&mut scene), (5, 200), "what is long ago is forgotten");
    scene.assert_conserved();
}

#[test]
fn an_accounts_own_schedule_comes_before_the_firms_and_the_instruments_rates_come_last() {
    let mut scene = Scene::new();
    set(&mut scene, FIRM, USD, &[tier(0, 100, 2_000)], "");
    set(&mut scene, BOB, USD, &[tier(0, 0, 300)], "");
    assert_eq!(fees(&mut scene), (10, 30));
    assert!(scene.core.fee_standing(BOB, USD, TsNs(scene.now)).is_own);
    let known: Vec<(AccountId, usize)> =
        scene.core.fees().schedules().map(|(account, _, tiers)| (account, tiers.len())).collect();
    assert_eq!(known, [(FIRM, 1), (BOB, 1)]);
    set(&mut scene, BOB, USD, &[], "");
    assert_eq!(fees(&mut scene), (10, 200));
    set(&mut scene, FIRM, USD, &[], "");
    assert_eq!(fees(&mut scene), (0, 100));
    assert_eq!(scene.core.fees().schedules().count(), 0);
    assert_eq!(scene.core.fee_standing(BOB, USD, TsNs(scene.now)).today, 300_000, "counting goes on");
    scene.assert_conserved();
}

#[test]
fn working_orders_hold_the_highest_fee_that_they_may_pay() {
    let mut scene = Scene::new();
    scene.limit(ALICE, INTERNAL, "a", Buy, 1_000, 100);
    assert_eq!(held(&scene, ALICE), 100_100);
    let told = set(&mut scene, FIRM, USD, &[tier(0, 0, 2_000), tier(1, 0, 3_000), tier(2, 0, 10)], "");
    assert!(matches!(told[1..], [Event::Balance(balance)] if balance.held.0 == 100_300 && balance.account == ALICE), "{told:?}");
    assert_eq!(held(&scene, ALICE), 100_300);
    scene.now += 5 * DAY_NS;
    scene.limit(ALICE, INTERNAL, "b", Buy, 1_000, 100);
    assert_eq!(held(&scene, ALICE), 200_600);
    let spent = scene.order(ALICE, INTERNAL, "c", Buy, 7_971, 100);
    let refused = refusal(&scene.apply(Command::NewOrder(spent))).expect("797,100 and 2,392 are more than is there");
    assert_eq!((refused.code, refused.value), (RefusalCode::InsufficientFunds, 799_492));
    let told = set(&mut scene, ALICE, USD, &[tier(0, 0, 0)], "");
    assert_eq!((told.len(), held(&scene, ALICE)), (2, 200_000));
    scene.apply(Command::NewOrder(spent));
    assert_eq!(held(&scene, ALICE), 997_100);
}

#[test]
fn a_maker_who_pays_more_than_a_taker_never_owes() {
    let mut scene = Scene::new();
    set(&mut scene, FIRM, USD, &[tier(0, 3_000, 100)], "");
    let all = scene.order(ALICE, INTERNAL, "all", Buy, 9_999, 100);
    let refused = refusal(&scene.apply(Command::NewOrder(all))).expect("999,900 and 3,000 are more than is there");
    assert_eq!(refused.code, RefusalCode::InsufficientFunds);
    scene.limit(ALICE, INTERNAL, "most", Buy, 9_970, 100);
    assert_eq!(held(&scene, ALICE), 999_991);
    scene.limit(BOB, INTERNAL, "sell", Sell, 9_970, 100);
    let alice = scene.core.account(ALICE).expect("she has one").balance(USD);
    assert_eq!((alice.held, alice.available()), (0, 9));
    scene.assert_conserved();
}

#[test]
fn a_correction_gives_back_what_was_charged_and_counts_on_its_own_day() {
    let mut scene = Scene::new();
    set(&mut scene, FIRM, USD, &[tier(0, 0, 2_000), tier(100_000, 0, 500)], "");
    let (_, _, first) = trade(&mut scene);
    scene.now += DAY_NS;
    assert_eq!(fees(&mut scene), (0, 50));
    let busts = |exec_ref_id, corrected| {
        Command::CorrectTrade(TradeCorrection { actor: Actor::default(), exec_ref_id, corrected, reason: String::new() })
    };
    let told = scene.apply(busts(first[1], Some(CorrectedFill { qty: QtyLots(500), price: PriceTicks(100) })));
    let fees_told: Vec<i64> = told
        .iter()
        .filter_map(|event| if let Event::TradeAdjusted(told) = event { Some(told.execution.last_fee.0) } else { None })
        .collect();
    assert_eq!(fees_told, [0, 100], "half the value, at the rate of then");
    let today = |scene: &Scene| scene.core.fee_standing(BOB, USD, TsNs(scene.now)).today;
    assert_eq!(today(&scene), 50_000, "the half that was taken back is missing today");
    scene.apply(busts(first[0], None));
    assert_eq!(today(&scene), 0);
    let cash = |scene: &Scene, account| scene.core.account(account).expect("opened").balance(USD).cash;
    assert_eq!((cash(&scene, FEES_ACCOUNT), cash(&scene, BOB)), (50, 1_000_000 - 50));
    scene.now += DAY_NS;
    assert_eq!(scene.core.fee_standing(BOB, USD, TsNs(scene.now)).volume, 100_000);
    scene.assert_conserved();
}

#[test]
fn what_is_no_schedule_is_refused_by_name() {
    let mut scene = Scene::new();
    let vast: Vec<FeeTier> = (0..17).map(|step| tier(step, 0, 0)).collect();
    let good = [tier(0, 0, 10)];
    for (account, currency, tiers, reason, code) in [
        (AccountId(99), USD, &good[..], "", RefusalCode::AccountNotPermitted),
        (FEES_ACCOUNT, USD, &good, "", RefusalCode::AccountNotPermitted),
        (FIRM, CurrencyId(0), &good, "", RefusalCode::FieldInvalid),
        (FIRM, CurrencyId(2), &good, "", RefusalCode::FieldInvalid),
        (FIRM, USD, &good, &"x".repeat(201), RefusalCode::FieldInvalid),
        (FIRM, USD, &vast, "", RefusalCode::FieldInvalid),
        (FIRM, USD, &[tier(1, 0, 10)], "", RefusalCode::FieldInvalid),
        (FIRM, USD, &[tier(0, 0, 10), tier(0, 0, 5)], "", RefusalCode::FieldInvalid),
        (FIRM, USD, &[tier(0, -11, 10)], "", RefusalCode::FieldInvalid),
        (FIRM, USD, &[tier(0, 0, -1)], "", RefusalCode::FieldInvalid),
        (FIRM, USD, &[tier(0, 0, 100_001)], "", RefusalCode::FieldInvalid),
        (FIRM, USD, &[tier(0, 100_001, 0)], "", RefusalCode::FieldInvalid),
    ] {
        let told = set(&mut scene, account, currency, tiers, reason);
        assert_eq!(refusal(&told).map(|refusal| refusal.code), Some(code), "{account:?} {currency:?} {tiers:?}");
    }
    assert_eq!(fees(&mut scene), (0, 100), "nothing was set");
    let told = set(&mut scene, ALICE, USD, &vast[..16], &"x".repeat(200));
    assert_eq!(refusal(&told), None);
}
