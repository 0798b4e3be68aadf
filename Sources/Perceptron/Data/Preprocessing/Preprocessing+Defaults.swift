// What takes arguments is written without parentheses where they are all left out, as what takes none is.

extension Preprocessing.Numeric {
    /// `MinMaxScaler`, between 0 and 1.
    public static var minMax: Self { .minMax() }
    /// `RobustScaler`, with its smooth clipping.
    public static var robust: Self { .robust() }
    /// `QuantileScaler`, of 1000 quantiles to a normal distribution.
    public static var quantile: Self { .quantile() }
}

extension Preprocessing.Missing {
    /// The column's mean, with indicators.
    public static var mean: Self { .mean() }
    /// The column's median, with indicators.
    public static var median: Self { .median() }
    /// The column's most frequent value, with indicators.
    public static var mostFrequent: Self { .mostFrequent() }
}

extension Preprocessing.Categorical {
    /// `OneHotEncoder`, which throws at a category that it was not fitted to.
    public static var oneHot: Self { .oneHot() }
    /// `OrdinalEncoder`, which throws at a category that it was not fitted to.
    public static var codes: Self { .codes() }
}
