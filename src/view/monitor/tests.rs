//! What monitors show.

use super::*;
use crate::protocol::inspect::Part;

fn carried(numbers: &[f64]) -> Carried {
    let series = numbers.iter().enumerate().map(|(index, number)| (index as u64, 0, *number)).collect();
    let last = numbers
        .last()
        .map(|number| Part { value: Some(Value::map([("value", Value::Float(*number))])), ..Part::default() });
    Carried { count: numbers.len() as u64, series, last, ..Carried::default() }
}

fn points(reading: &Reading) -> Vec<(f64, f64)> {
    let (text, ..) = reading.curve.clone().unwrap();
    text.split(' ')
        .map(|point| point.split_once(',').map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap())).unwrap())
        .collect()
}

#[test]
fn a_curve_rises_where_numbers_rise_and_stays_in_its_box() {
    let reading = Reading::of(&carried(&[1.0, 3.0, 2.0, 9.0]));
    let points = points(&reading);
    assert_eq!(points.len(), 4);
    assert!(points[1].1 < points[0].1 && points[2].1 > points[1].1, "up is a smaller y: {points:?}");
    assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0));
    assert!(points.iter().all(|(x, y)| (0.0..=CURVE.0).contains(x) && (0.0..=CURVE.1).contains(y)));
    assert_eq!(reading.range, Some((1.0, 9.0)));
    assert_eq!(reading.text(), "last value 9.0, 4 values, from 1 to 9");
}

#[test]
fn equal_huge_and_endless_numbers_have_a_curve_too() {
    let flat = points(&Reading::of(&carried(&[5.0, 5.0])));
    assert_eq!(flat[0].1, CURVE.1 / 2.0);
    let huge = points(&Reading::of(&carried(&[f64::MIN, 0.0, f64::MAX, f64::NAN])));
    assert_eq!(huge.len(), 3);
    assert!(huge.iter().all(|(_, y)| y.is_finite()));
    assert!(huge[0].1 > huge[1].1 && huge[1].1 > huge[2].1);
}

#[test]
fn one_value_has_no_curve_and_none_says_so() {
    let one = Reading::of(&carried(&[5.0]));
    assert_eq!((one.curve.clone(), one.last.as_deref()), (None, Some("5.0")));
    assert_eq!(Reading::of(&Carried::default()).text(), "nothing came by yet");
    let fault = Carried { message: Some("there is no slot `x.y`".into()), ..Carried::default() };
    assert_eq!(Reading::of(&fault).text(), "there is no slot `x.y`");
}
