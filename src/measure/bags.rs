//! Logistic regression where only whole bags are labelled: a bag is what one of its samples at least is ("noisy or"; Zhang, Platt and Viola,
//! Multiple Instance Boosting for Object Detection, section 3). In: bags. Out: what features weigh, the same on every run. A bag of one sample is plain
//! logistic regression.

use super::minimise::{dot, minimise};

/// What is learned from.
pub(super) struct Problem<'u> {
    pub bags: Vec<Bag>,
    /// How easily a feature gains weight: its unit.
    pub units: &'u [f64],
    /// How dear weights are: what half the sum of their squares costs.
    pub price: f64,
}

/// Samples of which one at least is what is looked for, or none.
pub(super) struct Bag {
    pub samples: Vec<Sample>,
    pub positive: bool,
}

pub(super) struct Sample {
    /// The features that it has, some perhaps more than once ...
    pub features: Vec<u32>,
    /// ... and how often what each sample has.
    pub each: f64,
    /// So many times all of them count.
    pub scale: f64,
}

/// A bag is never taken for hopeless: of nothing there is no logarithm.
const LEAST: f64 = 1e-9;

impl Problem<'_> {
    /// The weights by feature, and behind them the one that each sample has.
    pub(super) fn solve(&self) -> Vec<f64> {
        let mut start = vec![0.0; self.units.len() + 1];
        // Few samples are what is looked for: from here the first step is the right way.
        start[self.units.len()] = -2.0;
        let mut at = minimise(start, |at| self.cost(at));
        at.iter_mut().zip(self.units).for_each(|(weight, unit)| *weight *= unit);
        at
    }

    /// How badly weights, in units, explain the bags, and which way that grows.
    fn cost(&self, at: &[f64]) -> (f64, Vec<f64>) {
        let priced = self.units.len();
        let mut slope: Vec<f64> = at.iter().map(|weight| weight * self.price).collect();
        slope[priced] = 0.0;
        let mut cost = self.price * dot(&at[..priced], &at[..priced]) / 2.0;
        for bag in &self.bags {
            let sums: Vec<f64> = bag.samples.iter().map(|sample| self.sum(sample, at)).collect();
            // The logarithm of how likely none of them is it.
            let none = sums.iter().map(|sum| -softplus(*sum)).sum::<f64>().min(-LEAST);
            let grows = if bag.positive {
                cost -= (-none.exp_m1()).ln();
                none.exp() / none.exp_m1()
            } else {
                cost -= none;
                1.0
            };
            for (sample, sum) in bag.samples.iter().zip(sums) {
                let share = sample.scale * grows / (1.0 + (-sum).exp());
                for &feature in &sample.features {
                    slope[feature as usize] += self.units[feature as usize] * share;
                }
                slope[priced] += sample.each * share;
            }
        }
        (cost, slope)
    }

    fn sum(&self, sample: &Sample, at: &[f64]) -> f64 {
        let of = |feature: &u32| self.units[*feature as usize] * at[*feature as usize];
        sample.scale * (sample.each * at[self.units.len()] + sample.features.iter().map(of).sum::<f64>())
    }
}

/// ln(1 + e^x).
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::{super::minimise::tests::assert_slope, *};

    fn bag(positive: bool, samples: &[&[u32]]) -> Bag {
        let sample = |features: &&[u32]| Sample { features: features.to_vec(), each: 1.0, scale: 1.0 };
        Bag { samples: samples.iter().map(sample).collect(), positive }
    }

    #[test]
    fn the_slope_is_that_of_the_cost() {
        let mut bags = vec![bag(true, &[&[0, 1], &[2]]), bag(false, &[&[1], &[2, 2]]), bag(true, &[&[0]])];
        (bags[1].samples[0].scale, bags[1].samples[0].each) = (0.5, 3.0);
        let problem = Problem { bags, units: &[1.0, 2.0, 3.0], price: 0.1 };
        assert_slope(&[0.3, -0.2, 0.1, -0.4], |at| problem.cost(at));
    }

    #[test]
    fn the_sample_is_found_for_which_bags_are_what_they_are() {
        let mut bags = Vec::new();
        for other in 1..6 {
            bags.push(bag(true, &[&[other], &[0]]));
            bags.push(bag(false, &[&[other], &[6 - other]]));
        }
        let solved = Problem { bags, units: &[1.0; 6], price: 0.1 }.solve();
        assert!(solved[0] > 2.0, "{solved:?}");
        assert!(solved[1..6].iter().all(|weight| *weight < 0.0), "{solved:?}");
    }
}
