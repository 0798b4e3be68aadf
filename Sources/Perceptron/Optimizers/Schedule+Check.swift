extension Schedule {
    /// Throws if a number of the schedule is out of its range, whatever the updates will be.
    /// - Parameter owner: whose learning rate it is, for the message.
    func validate(owner: String) throws(PerceptronError) {
        if let rate = constantRate {
            guard rate > 0, rate.isFinite else {
                throw .invalidArgument("\(owner): the learning rate is \(rate); it must be positive and finite")
            }
            return
        }
        try validate(shape, owner)
        var plateaus = 0
        _ = Schedule.any(shape) {
            if case .plateau = $0 { plateaus += 1 }
            return false
        }
        guard plateaus <= 1 else {
            throw .invalidArgument(
                "\(owner): the learning rate is \(self), which has \(plateaus) plateaus; at most 1 is allowed")
        }
    }

    /// Throws if there is an update with a rate that is negative, infinite or NaN.
    func check(updates total: Int, owner: String) throws(PerceptronError) {
        guard constantRate == nil else { return }
        for update in 1...max(1, total) {
            let rate = rate(at: update, of: total)
            if rate >= 0, rate.isFinite { continue }
            throw .invalidArgument(
                "\(owner): the learning rate \(self) is \(rate) at update \(update) of \(total); "
                    + "it must be finite and not negative")
        }
    }

    private func validate(_ shape: Shape, _ owner: String) throws(PerceptronError) {
        func check(_ name: String, _ value: Double, _ isValid: Bool, _ rule: String) throws(PerceptronError) {
            guard isValid, value.isFinite else {
                throw .invalidArgument("\(owner): \(name) of the learning rate \(self) is \(value); it must be \(rule)")
            }
        }
        func check(_ name: String, _ count: Int?) throws(PerceptronError) {
            guard let count, count < 1 else { return }
            throw .invalidArgument("\(owner): \(name) of the learning rate \(self) is \(count); it must be at least 1")
        }
        switch shape {
        case .constant, .exponential, .custom, .scaled: break
        case .step(_, let every, _): try check("'every'", every)
        case .multiStep(_, let updates, _): for update in updates { try check("an update", update) }
        case .polynomial(_, _, let power, let reach):
            try check("the power", power, power >= 0, "finite and not negative")
            try check("'over'", reach)
        case .cosine(_, _, let reach), .coslog4(_, let reach): try check("'over'", reach)
        case .cosineWithRestarts(_, _, let first, let multiplier):
            try check("'first'", first)
            try check("the multiplier", multiplier)
        case .oneCycle(let cycle, let reach):
            try check("the rise", cycle.rise, cycle.rise > 0 && cycle.rise < 1, "above 0 and below 1")
            try check("the divisor", cycle.divisor, cycle.divisor > 0, "positive and finite")
            try check("the final divisor", cycle.finalDivisor, cycle.finalDivisor > 0, "positive and finite")
            try check("'over'", reach)
        case .flatThenCosine(_, _, let flat, let reach):
            try check("the flat part", flat, flat >= 0 && flat < 1, "at least 0 and below 1")
            try check("'over'", reach)
        case .plateau(let plateau, _):
            try check("the factor", plateau.factor, plateau.factor > 0 && plateau.factor < 1, "above 0 and below 1")
            try check("the threshold", plateau.threshold, plateau.threshold >= 0, "finite and not negative")
            try check("the minimum", plateau.minimum, plateau.minimum >= 0, "finite and not negative")
            try check("the patience", Double(plateau.patience), plateau.patience >= 0, "at least 0")
            try check("the cooldown", Double(plateau.cooldown), plateau.cooldown >= 0, "at least 0")
        case .warmUp(let updates, _): try check("the warm-up", updates)
        case .sequence(_, let updates, _): try check("'after'", updates)
        }
        for part in shape.parts { try validate(part, owner) }
    }
}
