package dev.tallyclerk.internal.file;

/** The identity of this process in file names; loaded only when the first such name is needed. */
public final class ThisProcess {
    /** The suffix of files of this process, and of no other. */
    public static final String SUFFIX = suffix(ProcessHandle.current());

    private ThisProcess() {}

    private static String suffix(ProcessHandle process) {
        // In containers the process ID is often 1, so the start time distinguishes processes.
        long start = process.info().startInstant().map(i -> i.toEpochMilli()).orElse(0L);
        return "-" + process.pid() + "." + Long.toHexString(start);
    }
}
