/// What training prints, always on stderr.
public enum Progress: Sendable {
    /// A progress bar if stderr is a terminal, otherwise a line per epoch.
    case automatic
    /// Nothing.
    case silent
}
