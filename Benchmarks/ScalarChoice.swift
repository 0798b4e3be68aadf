import ArgumentParser

/// The scalar types to measure.
enum ScalarChoice: String, CaseIterable, ExpressibleByArgument {
    case f64, f32, both

    var includesDouble: Bool { self != .f32 }
    var includesFloat: Bool { self != .f64 }
}
