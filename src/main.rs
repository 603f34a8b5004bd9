//! The command line program: everything is in [`partwell::cli`].

fn main() -> std::process::ExitCode {
    partwell::cli::main()
}
