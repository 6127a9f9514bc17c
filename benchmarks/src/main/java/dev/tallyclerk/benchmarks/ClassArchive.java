package dev.tallyclerk.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A class archive for faster startup (CDS), made as {@code examples/tallyclerk} makes one. */
final class ClassArchive {
    static final List<String> MAKING =
            List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:+AOTClassLinking", "-Xshare:dump");

    private final Path file;

    ClassArchive(Path file) {
        this.file = file;
    }

    /** {@return the option that makes a process list the classes it loads} */
    String recording() {
        return "-XX:DumpLoadedClassList=" + classes();
    }

    /** Makes the archive; a process must have run with {@link #recording} before. */
    void make(String classPath) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Processes.java());
        command.addAll(MAKING);
        command.add("-XX:SharedClassListFile=" + classes());
        command.add("-XX:SharedArchiveFile=" + file);
        command.add("-cp");
        command.add(classPath);
        Processes.output(command);
    }

    /** {@return the option that starts a process from the archive} */
    String using() {
        return "-XX:SharedArchiveFile=" + file;
    }

    private Path classes() {
        return file.resolveSibling(file.getFileName() + ".classes");
    }
}
