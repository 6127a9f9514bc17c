package dev.tallyclerk.hardening.report;

/** A {@link Reporter} whose findings lead to lines of files, for code hosts and editors. */
public interface LocatedReporter extends Reporter {
    /**
     * {@return this reporter with the files that subjects were read from}
     *
     * @param files the files; a subject without one is named by its kind and name
     */
    LocatedReporter withFiles(SourceFiles files);
}
