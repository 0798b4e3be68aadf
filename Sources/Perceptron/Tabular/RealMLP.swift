// RealMLP (Holzmüller, Grinsztajn and Steinwart 2024, "Better by default", tables A.1 and A.2), with these differences:
// a missing number becomes the median of its column, and another column flags it; two categories become two columns,
// although one would do; the simple recipe also embeds columns with more than eight categories.
extension RecipePlan {
    private static let width = 256
    private static let hiddenLayers = 3
    private static let embedding = 8

    static func realMLP(_ table: TableShape, _ settings: TabularSettings) -> RecipePlan {
        let front = table.front(
            numbers: { columns in
                let embedding = PeriodicEmbedding(
                    columns, kind: .pbld, frequencies: 16, features: 4, deviation: settings.frequencyDeviation ?? 0.1)
                return ([embedding], 4 * columns)
            },
            flags: { [table.robustFlags($0)] }, embedding: embedding)
        let activation = (settings.activation ?? (table.hasClasses ? .selu : .mish)).layer
        let width = settings.width ?? RecipePlan.width
        var layers = front.layers + [Scale(front.columns)]
        var features = front.columns
        for _ in 0..<(settings.hiddenLayers ?? hiddenLayers) {
            layers += [
                NTKLinear(features, width), ParametricActivation(activation),
                Dropout(settings.dropout ?? 0.15, fading: .flatThenCosine),
            ]
            features = width
        }
        layers += [NTKLinear(features, table.outputs)] + head(table)

        // A parameter's weight decay is the optimizer's times the square of the parameter's factor.
        let decay = settings.weightDecay ?? 0.02
        func group(_ factor: Double, where belongs: @escaping @Sendable (ParameterTensor) -> Bool) -> ParameterGroup {
            .tensors(where: belongs, learningRate: .times(factor), weightDecay: decay * factor)
        }
        let scale = front.layers.count
        var groups: [ParameterGroup] = [
            .biases(learningRate: .times(0.1), weightDecay: 0),
            group(6) { $0.layer == scale },
            group(0.1) { $0.layer > scale && $0.name == "scale.weight" },
        ]
        let embedded = table.blocks.indices.filter { if case .numbers = table.blocks[$0] { true } else { false } }
        if !embedded.isEmpty {
            groups.append(
                group(0.1) { tensor in
                    tensor.layer < scale && embedded.contains { tensor.name.hasPrefix("\($0).") }
                })
        }
        let optimizer = AdamW(
            learningRate: .coslog4(settings.learningRate ?? (table.hasClasses ? 0.04 : 0.2)), beta2: 0.95,
            weightDecay: decay, decayFading: .flatThenCosine)
        return RecipePlan(
            layers: layers, optimizer: GroupedOptimizer(wrapped: optimizer, groups: groups), epochs: 256,
            sampling: .wholeBatches, patience: 256,
            labelSmoothing: table.hasClasses ? settings.labelSmoothing ?? 0.1 : 0, startsFromData: true)
    }

    static func realMLPSimple(_ table: TableShape, _ settings: TabularSettings) -> RecipePlan {
        let front = table.front(
            numbers: { ([], $0) }, flags: { [table.robustFlags($0)] }, embedding: embedding)
        let activation = (settings.activation ?? (table.hasClasses ? .selu : .mish)).layer
        let width = settings.width ?? RecipePlan.width
        var layers = front.layers + [Scale(front.columns)]
        var features = front.columns
        for _ in 0..<(settings.hiddenLayers ?? hiddenLayers) {
            layers += [NTKLinear(features, width), activation]
            features = width
        }
        layers += [NTKLinear(features, table.outputs, weightInitializer: .zeros, biasInitializer: .zeros)] + head(table)
        let optimizer = Adam(
            learningRate: .coslog4(settings.learningRate ?? (table.hasClasses ? 0.04 : 0.07)), beta2: 0.95
        )
        .grouped(
            .biases(learningRate: .times(0.1)),
            .layers([front.layers.count], learningRate: .times(6)))
        return RecipePlan(
            layers: layers, optimizer: optimizer, epochs: 256, sampling: .wholeBatches, patience: 256,
            labelSmoothing: table.hasClasses ? settings.labelSmoothing ?? 0.1 : 0)
    }
}
