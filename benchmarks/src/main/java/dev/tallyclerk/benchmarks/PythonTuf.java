package dev.tallyclerk.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The client of python-tuf, for one repository.
 *
 * @param python the Python program
 * @param checks the script that verifies the metadata in memory
 * @param refresh the script that refreshes a client's folder
 * @param folder the repository's folder
 */
record PythonTuf(String python, Path checks, Path refresh, Path folder) {
    /** {@return python-tuf for that folder, or empty if neither the Python on the PATH nor the system's has it} */
    static Optional<PythonTuf> in(Path folder) throws IOException, InterruptedException {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            try {
                Processes.output(List.of(python, "-c", "import tuf"));
            } catch (IOException e) {
                continue;
            }
            return Optional.of(new PythonTuf(python, copy("verify.py", folder), copy("refresh.py", folder), folder));
        }
        return Optional.empty();
    }

    private static Path copy(String name, Path folder) throws IOException {
        try (InputStream in = PythonTuf.class.getResourceAsStream("/python/" + name)) {
            if (in == null) {
                throw new IOException(name + " is not among the resources");
            }
            return Files.write(folder.resolve(name), in.readAllBytes());
        }
    }

    /** {@return the CPU time of one verification after a warm-up, in nanoseconds} */
    double warmNanos() throws IOException, InterruptedException {
        return Double.parseDouble(Processes.output(List.of(command("4"))).strip());
    }

    /** {@return the command that verifies the metadata once} */
    String[] once() {
        return command("1");
    }

    /** {@return the command that refreshes a new folder from that root} */
    String[] client(Path root) throws IOException {
        Path store = Files.createTempDirectory(folder, "python");
        Files.copy(root, store.resolve("root.json"));
        return new String[] {python, refresh.toString(), folder.toString(), store.toString()};
    }

    private String[] command(String times) {
        return new String[] {python, checks.toString(), folder.toString(), times};
    }
}
