#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

// TabularModel.tune documents these distributions.
extension TabularRecipe {
    /// Random settings. Every call draws equally many numbers, so that one setting's value doesn't change the others.
    func drawnSettings(hasClasses: Bool, using generator: inout RandomGenerator) -> TabularSettings {
        var settings = TabularSettings()
        func uniform(_ range: ClosedRange<Double>) -> Double {
            range.lowerBound + (range.upperBound - range.lowerBound) * generator.nextUniform()
        }
        func logUniform(_ range: ClosedRange<Double>) -> Double {
            exp(uniform(log(range.lowerBound)...log(range.upperBound)))
        }
        func weighted<Value>(_ values: [(share: Double, value: Value)]) -> Value {
            var place = generator.nextUniform()
            for (share, value) in values {
                if place < share { return value }
                place -= share
            }
            return values[values.count - 1].value
        }
        func one<Value>(of values: [Value]) -> Value {
            weighted(values.map { (1 / Double(values.count), $0) })
        }
        switch self {
        case .realMLP, .realMLPSimple:
            settings.learningRate = logUniform(0.02...0.3)
            let (layers, width) = weighted([(0.6, (3, 256)), (0.2, (5, 64)), (0.2, (1, 512))])
            (settings.hiddenLayers, settings.width) = (layers, width)
            settings.activation = one(of: TabularSettings.Activation.allCases)
            let smoothing = weighted([(0.3, 0), (0.7, 0.1)])
            if hasClasses { settings.labelSmoothing = smoothing }
            guard self == .realMLP else { break }
            settings.dropout = weighted([(0.3, 0), (0.5, 0.15), (0.2, 0.3)])
            settings.weightDecay = one(of: [0, 0.02])
            settings.frequencyDeviation = logUniform(0.05...0.5)
        case .tabM:
            settings.learningRate = logUniform(1e-4...5e-3)
            settings.hiddenLayers = one(of: [1, 2, 3, 4, 5])
            settings.width = one(of: Array(stride(from: 64, through: 1024, by: 16)))
            let (dropout, decay) = (uniform(0...0.5), logUniform(1e-4...1e-1))
            settings.dropout = one(of: [0, dropout])
            settings.weightDecay = one(of: [0, decay])
        case .plain:
            settings.learningRate = logUniform(1e-4...1e-2)
            settings.dropout = one(of: [0, 0.1, 0.2, 0.3])
            settings.weightDecay = one(of: [0, 1e-5, 1e-4, 1e-3])
        }
        return settings
    }
}
