//! Multinomial logistic regression: for each class a weight of each feature, such that what is labelled becomes likely and no weight larger
//! than it need be. In: samples, each the features that it has and the classes of which any is right. Out: the weights, the same on every run.

use rayon::prelude::*;

use super::minimise::{dot, minimise};

/// What is learned from.
pub(super) struct Problem<'u> {
    /// The features of each sample, and the classes of which any is right: a bit for each.
    pub samples: Vec<(Vec<u32>, u32)>,
    /// How easily a feature gains weight: its unit.
    pub units: &'u [f64],
    pub classes: usize,
    /// How dear weights are: what half the sum of their squares costs.
    pub price: f64,
}

/// In so many pieces the samples are summed, whatever the number of cores: sums depend on their order.
const PIECES: usize = 16;

impl Problem<'_> {
    /// The weights by feature and class, one behind another, and behind them those that each sample has, one for each class.
    pub(super) fn solve(&self) -> Vec<f64> {
        let mut at = minimise(vec![0.0; (self.units.len() + 1) * self.classes], |at| self.cost(at));
        for (weights, unit) in at.chunks_mut(self.classes).zip(self.units) {
            for weight in weights {
                *weight *= unit;
            }
        }
        at
    }

    /// How badly weights, in units, explain the samples, and which way that grows.
    fn cost(&self, at: &[f64]) -> (f64, Vec<f64>) {
        let piece = self.samples.len().div_ceil(PIECES).max(1);
        let sums: Vec<(f64, Vec<f64>)> =
            self.samples.par_chunks(piece).map(|samples| self.cost_of(samples, at)).collect();
        // What each sample has costs nothing.
        let priced = self.units.len() * self.classes;
        let mut slope: Vec<f64> = at.iter().map(|weight| weight * self.price).collect();
        slope[priced..].fill(0.0);
        let mut cost = self.price * dot(&at[..priced], &at[..priced]) / 2.0;
        for (part, of_part) in sums {
            cost += part;
            slope.iter_mut().zip(of_part).for_each(|(sum, part)| *sum += part);
        }
        (cost, slope)
    }

    fn cost_of(&self, samples: &[(Vec<u32>, u32)], at: &[f64]) -> (f64, Vec<f64>) {
        let row = |feature: usize| feature * self.classes..(feature + 1) * self.classes;
        let (mut cost, mut slope) = (0.0, vec![0.0; at.len()]);
        for (features, right) in samples {
            let mut sums = at[row(self.units.len())].to_vec();
            for &feature in features {
                let unit = self.units[feature as usize];
                sums.iter_mut().zip(&at[row(feature as usize)]).for_each(|(sum, weight)| *sum += unit * weight);
            }
            let most = sums.iter().copied().fold(f64::MIN, f64::max);
            let odds: Vec<f64> = sums.iter().map(|sum| (sum - most).exp()).collect();
            let of_right = |class: usize| if right >> class & 1 == 1 { odds[class] } else { 0.0 };
            let all: f64 = odds.iter().sum();
            // Never nothing, however far a step has gone astray.
            let all_right = (0..self.classes).map(of_right).sum::<f64>().max(f64::MIN_POSITIVE);
            cost += all.ln() - all_right.ln();
            let share: Vec<f64> =
                (0..self.classes).map(|class| odds[class] / all - of_right(class) / all_right).collect();
            for &feature in features {
                let unit = self.units[feature as usize];
                slope[row(feature as usize)].iter_mut().zip(&share).for_each(|(slope, share)| *slope += unit * share);
            }
            slope[row(self.units.len())].iter_mut().zip(&share).for_each(|(slope, share)| *slope += share);
        }
        (cost, slope)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::minimise::tests::assert_slope, *};

    #[test]
    fn the_slope_is_that_of_the_cost_and_the_solution_is_flat() {
        let samples = vec![(vec![0, 1], 0b1), (vec![1], 0b10), (vec![2], 0b100), (vec![0, 2], 0b11), (vec![], 0b10)];
        let problem = Problem { samples, units: &[1.0, 2.0, 3.0], classes: 3, price: 0.1 };
        let at: Vec<f64> = (0..12).map(|number| f64::from(number % 5) / 7.0).collect();
        assert_slope(&at, |at| problem.cost(at));
        let mut solved = problem.solve();
        for (weights, unit) in solved.chunks_mut(3).zip(problem.units) {
            for weight in weights {
                *weight /= unit;
            }
        }
        let steepest = problem.cost(&solved).1.into_iter().map(f64::abs).fold(0.0, f64::max);
        assert!(steepest < 0.01, "{steepest}");
    }
}
