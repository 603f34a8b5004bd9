//! L-BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.5). In: what a point costs, and which way that grows there. Out: a point that
//! costs little, the same on every run.

use std::collections::VecDeque;

/// So many steps at most, and so little to gain from the last.
const STEPS: usize = 300;
const GAIN: f64 = 1e-6;
/// So many steps are remembered.
const MEMORY: usize = 10;

/// Goes downhill from a point.
pub(super) fn minimise(mut at: Vec<f64>, cost_of: impl Fn(&[f64]) -> (f64, Vec<f64>)) -> Vec<f64> {
    let (mut cost, mut slope) = cost_of(&at);
    let mut past: VecDeque<(Vec<f64>, Vec<f64>, f64)> = VecDeque::new();
    for _ in 0..STEPS {
        let fall = dot(&slope, &slope);
        if fall == 0.0 {
            break;
        }
        let direction = direction(&slope, &past);
        let downhill = dot(&direction, &slope);
        let mut length = if past.is_empty() { 1.0 / fall.sqrt() } else { 1.0 };
        let step = loop {
            let next: Vec<f64> = at.iter().zip(&direction).map(|(at, along)| at + length * along).collect();
            let (lower, next_slope) = cost_of(&next);
            if lower <= cost + 1e-4 * length * downhill {
                break Some((next, lower, next_slope));
            }
            length /= 2.0;
            if length < 1e-10 {
                break None;
            }
        };
        let Some((next, lower, next_slope)) = step else { break };
        let moved: Vec<f64> = next.iter().zip(&at).map(|(next, at)| next - at).collect();
        let turned: Vec<f64> = next_slope.iter().zip(&slope).map(|(next, slope)| next - slope).collect();
        let curvature = dot(&moved, &turned);
        if curvature > 0.0 {
            past.push_back((moved, turned, curvature));
            past.drain(..past.len().saturating_sub(MEMORY));
        }
        let gain = cost - lower;
        (at, cost, slope) = (next, lower, next_slope);
        if gain < GAIN * cost {
            break;
        }
    }
    at
}

/// Where to go: down the slope, bent by what the last steps have shown.
fn direction(slope: &[f64], past: &VecDeque<(Vec<f64>, Vec<f64>, f64)>) -> Vec<f64> {
    let mut way: Vec<f64> = slope.iter().map(|slope| -slope).collect();
    let mut shares = Vec::new();
    for (moved, turned, curvature) in past.iter().rev() {
        let share = dot(moved, &way) / curvature;
        way.iter_mut().zip(turned).for_each(|(way, turned)| *way -= share * turned);
        shares.push(share);
    }
    if let Some((_, turned, curvature)) = past.back() {
        let scale = curvature / dot(turned, turned);
        for way in &mut way {
            *way *= scale;
        }
    }
    for ((moved, turned, curvature), share) in past.iter().zip(shares.into_iter().rev()) {
        let back = share - dot(turned, &way) / curvature;
        way.iter_mut().zip(moved).for_each(|(way, moved)| *way += back * moved);
    }
    way
}

/// The sum of the products of their members.
pub(super) fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

#[cfg(test)]
pub(super) mod tests {
    /// Whether the slope that is told at a point is that of the cost there.
    #[track_caller]
    pub(in crate::measure) fn assert_slope(at: &[f64], cost_of: impl Fn(&[f64]) -> (f64, Vec<f64>)) {
        let (cost, slope) = cost_of(at);
        for number in 0..at.len() {
            let mut beside = at.to_vec();
            beside[number] += 1e-6;
            let risen = (cost_of(&beside).0 - cost) / 1e-6;
            assert!((risen - slope[number]).abs() < 1e-4, "{number}: {risen} {}", slope[number]);
        }
    }

    #[test]
    fn the_bottom_of_a_bowl_is_found() {
        let bowl = |at: &[f64]| {
            let (x, y) = (at[0] - 3.0, at[1] + 2.0);
            (1.0 + x * x + 10.0 * y * y + x * y, vec![2.0 * x + y, 20.0 * y + x])
        };
        assert_slope(&[0.5, 0.25], bowl);
        let bottom = super::minimise(vec![0.0, 0.0], bowl);
        assert!((bottom[0] - 3.0).abs() < 0.01 && (bottom[1] + 2.0).abs() < 0.01, "{bottom:?}");
    }

    #[test]
    fn who_stands_at_the_bottom_stays_there() {
        let bowl = |at: &[f64]| (at[0] * at[0], vec![2.0 * at[0]]);
        assert_eq!(super::minimise(vec![0.0], bowl), [0.0]);
    }
}
