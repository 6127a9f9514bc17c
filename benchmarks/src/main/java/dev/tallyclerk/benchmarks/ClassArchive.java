package dev.tallyclerk.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An archive of the classes that one process has loaded, for others to start from, as the command's script makes it.
 */
final class ClassArchive {
    static final List<String> MAKING =
            List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:+AOTClassLinking", "-Xshare:dump");

    private final Path file;

    ClassArchive(Path file) {
        this.file = file;
    }

    /** {@return the option of the process whose classes it is to have} */
    String recording() {
        return "-XX:DumpLoadedClassList=" + classes();
    }

    /** Makes it, once a process has run with {@link #recording}. */
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

    /** {@return the option of a process that starts from it} */
    String using() {
        return "-XX:SharedArchiveFile=" + file;
    }

    private Path classes() {
        return file.resolveSibling(file.getFileName() + ".classes");
    }
}
