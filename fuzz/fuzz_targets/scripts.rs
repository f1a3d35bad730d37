#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| akslint_fuzz::on_a_worker(akslint_fuzz::scripts::run, data));
