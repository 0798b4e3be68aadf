/// An optimizer with other learning rates or decays for some parameters.
public struct GroupedOptimizer: WrappingOptimizer {
    let wrapped: any Optimizer
    public let groups: [ParameterGroup]

    /// It may be that a factor above 1 makes parameters infinite.
    public var keepsParametersFinite: Bool {
        wrapped.keepsParametersFinite && groups.allSatisfy { $0.factor ?? 1 <= 1 && $0.weightDecay ?? 0 == 0 }
    }
}

extension Optimizer {
    /// This optimizer with other learning rates or weight decays for some parameters. Where groups overlap, the later
    /// one wins, for each of the two settings that it names.
    public func grouped(_ groups: ParameterGroup...) -> GroupedOptimizer {
        GroupedOptimizer(wrapped: self, groups: self.groups + groups)
    }
}
