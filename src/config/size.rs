//! In: a size as people write it. Out: bytes. Refuses sizes of nothing and units that it does not know.

/// Reads `500000`, `500k`, `10 MB`, `1.5 MB` (k, M and G are thousands, as disks are sold).
///
/// # Errors
/// One sentence that says what can be written.
pub fn parse(written: &str) -> Result<u64, String> {
    let written = written.trim();
    let digits = written.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(written.len());
    let (number, unit) = written.split_at(digits);
    let unit = match unit.trim().to_ascii_lowercase().trim_end_matches('b') {
        "" => 1.0,
        "k" => 1e3,
        "m" => 1e6,
        "g" => 1e9,
        _ => return Err(problem(written)),
    };
    let bytes = number.parse::<f64>().map_err(|_| problem(written))? * unit;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to lie between one byte and a petabyte"
    )]
    if (1.0..=1e15).contains(&bytes) { Ok(bytes as u64) } else { Err(problem(written)) }
}

fn problem(written: &str) -> String {
    format!("`{written}` is no size: write a number of bytes, or a number with k, MB or GB: `10 MB`")
}

/// A size as people read it.
#[must_use]
pub fn shown(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..1_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (written, bytes) in
            [("500000", 500_000), ("500k", 500_000), ("10 MB", 10_000_000), ("1.5m", 1_500_000), ("1GB", 1_000_000_000)]
        {
            assert_eq!(parse(written), Ok(bytes));
        }
        for written in ["", "0", "MB", "-1", "10 MiB", "1e3", "99999999999999999999"] {
            assert!(parse(written).is_err(), "{written}");
        }
        assert_eq!(shown(10_400_000), "10.4 MB");
    }
}
