package dev.tallyclerk.internal.file;

/** What names this process in names of files; asked for when the first such name is needed, and not before. */
public final class ThisProcess {
    /** Ends the names of what this process has, and no other process's. */
    public static final String SUFFIX = suffix(ProcessHandle.current());

    private ThisProcess() {}

    private static String suffix(ProcessHandle process) {
        // In containers the process id is often 1, so the start tells a process from the one before it.
        long start = process.info().startInstant().map(i -> i.toEpochMilli()).orElse(0L);
        return "-" + process.pid() + "." + Long.toHexString(start);
    }
}
