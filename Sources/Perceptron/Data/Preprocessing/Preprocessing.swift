/// A description of how raw columns are preprocessed for a model.
///
/// ```swift
/// let preprocessing = Preprocessing(
///     numeric: .robust, missing: .median, categorical: .oneHot(unseen: .ignore),
///     columns: ["zip": .categorical(.codes), "name": .dropped])
/// let fitted = try preprocessing.fitted(to: training)
/// let features = try fitted.transform(test)
/// ```
/// Missing numbers are filled in first, then numbers are scaled; indicators stay 0 or 1.
///
/// Rows are weighted: a row of weight 2 counts as two, one of weight 0 not at all. Only categories are those of all
/// rows. Weights whose sum is less than the number of rows with positive weights are scaled up to that number.
public struct Preprocessing: Equatable, Sendable, Codable {
    /// How numbers are scaled.
    public enum Numeric: Equatable, Hashable, Sendable, Codable {
        /// Numbers stay as they are.
        case unchanged
        /// `StandardScaler`.
        case standard
        /// `MinMaxScaler`.
        case minMax(lower: Double = 0, upper: Double = 1)
        /// `RobustScaler`.
        case robust(smoothClip: Bool = true)
        /// `QuantileScaler`.
        case quantile(count: Int = 1000, output: QuantileScaler.Output = .normal)
    }

    /// What replaces a missing number, and whether a column says where it was; see `Imputer`.
    public enum Missing: Equatable, Hashable, Sendable, Codable {
        /// Nothing: a missing number is an error that names row and column.
        case error
        /// The column's mean.
        case mean(indicators: Bool = true)
        /// The column's median.
        case median(indicators: Bool = true)
        /// The column's most frequent value.
        case mostFrequent(indicators: Bool = true)
        /// The same number everywhere.
        case constant(Double, indicators: Bool = true)
    }

    /// How categories become numbers.
    public enum Categorical: Equatable, Hashable, Sendable, Codable {
        /// `OneHotEncoder`.
        case oneHot(unseen: UnknownCategory = .error, missing: UnknownCategory = .ignore)
        /// `OrdinalEncoder`.
        case codes(unseen: UnknownCategory = .error, missing: UnknownCategory = .ignore)
    }

    /// How one column is treated.
    public enum Treatment: Equatable, Hashable, Sendable, Codable {
        /// A number with its own scaling and its own treatment of missing values.
        case numeric(Numeric, missing: Missing)
        /// A category with its own encoding.
        case categorical(Categorical)
        /// The column is left out.
        case dropped
    }

    /// How numbers are scaled in the columns that `columns` does not name.
    public var numeric: Numeric
    /// How missing numbers are filled in.
    public var missing: Missing
    /// How categories become numbers in the columns that `columns` does not name.
    public var categorical: Categorical
    /// Columns that are treated in another way, by their names.
    public var columns: [String: Treatment]
    /// Whether the result is whitened, and how many components are kept; see `PCAWhitening`.
    public var whitening: PCAWhitening.Components?
    /// Whether a matrix of targets is standardised for training; a pipeline's predictions are in the targets' own units
    /// all the same. Don't use it for probabilities. Classes are not affected.
    public var standardizesTargets: Bool

    /// Creates a preprocessing; the properties explain the arguments.
    public init(
        numeric: Numeric = .standard, missing: Missing = .mean, categorical: Categorical = .oneHot,
        columns: [String: Treatment] = [:], whitening: PCAWhitening.Components? = nil,
        standardizesTargets: Bool = false
    ) {
        self.numeric = numeric
        self.missing = missing
        self.categorical = categorical
        self.columns = columns
        self.whitening = whitening
        self.standardizesTargets = standardizesTargets
    }

    /// Fits the preprocessing to these rows: means, quantiles, categories and so on, ready to be used on other rows.
    /// - Throws: `PerceptronError` if there are no rows, a column that `columns` names is missing or of another kind,
    ///   or a column has nothing to fit; the message names the column.
    public func fitted<Scalar>(to dataset: Dataset<Scalar>) throws(PerceptronError) -> FittedPreprocessing {
        try FittedPreprocessing(self, to: dataset)
    }

    /// What happens to a column.
    func treatment(of column: Column) -> Treatment {
        if let treatment = columns[column.name] { return treatment }
        return switch column.kind {
        case .numeric: .numeric(numeric, missing: missing)
        case .categorical: .categorical(categorical)
        }
    }
}
