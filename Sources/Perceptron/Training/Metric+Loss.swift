extension Metric {
    /// The metric of the outputs of a model trained with a loss: of their probabilities, where they are logits or logarithms.
    func ofOutputs(of lastLayer: any Layer, trainedWith loss: any Loss) -> Metric {
        Metric(name, largerIsBetter: largerIsBetter) { (outputs, targets, weights) throws(PerceptronError) in
            try self(loss.predictions(outputs, of: lastLayer), targets, weights: weights)
        }
    }
}
