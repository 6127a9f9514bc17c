package dev.tallyclerk.benchmarks;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets each program pull an image from a registry that attacks it, and says which programs complete.
 *
 * <p>Arguments: none, or the folder and the name of the file for the table. Programs that are missing have no column.
 */
public final class SafetyMatrix {
    private static final int TIMED_OUT = 124;
    private static final int KILLED = 128 + 9;
    private static final String SECONDS = "120";

    /** What a program did. */
    enum Result {
        /** It exited with 0. */
        COMPLETES,
        /** It exited with an error. */
        REFUSES,
        /** It ended by a panic. */
        CRASHES,
        /** It did not end in time. */
        HANGS,
        /** It exited with 0 and never asked for what is wrong. */
        DOES_NOT_ASK
    }

    /** A program that pulls {@code $NAME} into the empty folder {@code $OUT}, as a bash script. */
    record Puller(String name, String version, String script) {}

    private final Path folder;

    SafetyMatrix(Path folder) {
        this.folder = folder;
    }

    /** Runs every program against every attack, and prints, or writes, the table. */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("tallyclerk");
        try {
            SafetyMatrix matrix = new SafetyMatrix(folder);
            List<Puller> pullers = pullers(folder);
            Map<Attack, List<Result>> results = new LinkedHashMap<>();
            for (Attack attack : Attack.values()) {
                List<Result> row = new ArrayList<>();
                for (Puller puller : pullers) {
                    Result result = matrix.run(attack, puller);
                    System.err.println(attack + ", " + puller.name() + ": " + result);
                    row.add(result);
                }
                results.put(attack, row);
            }
            String table = render(pullers, results);
            if (args.length > 1) {
                Files.createDirectories(Path.of(args[0]));
                Files.writeString(Path.of(args[0], args[1] + ".md"), table);
            }
            System.out.println(table);
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private static List<Puller> pullers(Path folder) throws IOException, InterruptedException {
        List<Puller> pullers = new ArrayList<>();
        String classPath = System.getProperty("java.class.path");
        pullers.add(library("tallyclerk, copy", RegistryPull.class, "tallyclerk", classPath));
        pullers.add(library("tallyclerk, copy and verify", RegistryPull.class, "tallyclerk-verify", classPath));
        pullers.add(library("jib-core", PeerPull.class, "jib", classPath));
        pullers.add(library("oras-java", PeerPull.class, "oras-java", classPath));
        Optional<String> crane = GoPrograms.crane(folder);
        if (crane.isPresent()) {
            pullers.add(new Puller(
                    "crane",
                    crane.get().equals("crane") ? "of the PATH" : "Debian's",
                    crane.get() + " pull --insecure $NAME $OUT/image.tar"));
        }
        program(pullers, "skopeo", "--version", "copy --src-tls-verify=false docker://$NAME dir:$OUT/image");
        program(pullers, "oras", "version", "cp --from-plain-http --to-oci-layout $NAME $OUT/image:1");
        program(
                pullers,
                "podman",
                "--version",
                "--root $OUT/root --runroot $OUT/run --storage-driver vfs pull --tls-verify=false docker://$NAME");
        pullers.add(library(
                "a client that checks nothing, behind tallyclerk's PullThrough",
                CachePull.class,
                "tallyclerk",
                classPath));
        if (Processes.has(ServedImage.PROGRAM)) {
            pullers.add(library(
                    "the same behind docker-registry's cache", CachePull.class, ServedImage.PROGRAM, classPath));
        }
        return pullers;
    }

    private static Puller library(String name, Class<?> main, String what, String classPath) {
        String command = String.join(" ", Processes.java(main, classPath, List.of("-Xmx256m"), what, "$NAME", "$OUT"));
        return new Puller(name, "Java " + Runtime.version().feature(), command);
    }

    private static void program(List<Puller> pullers, String name, String version, String arguments)
            throws IOException, InterruptedException {
        if (Processes.has(name)) {
            String printed =
                    Processes.output(List.of(name, version)).lines().findFirst().orElse("");
            pullers.add(new Puller(name, printed.replaceAll("[^0-9]*([0-9.]+).*", "$1"), name + " " + arguments));
        }
    }

    /** {@return what the program does about the attack} */
    Result run(Attack attack, Puller puller) throws IOException, InterruptedException {
        Path out = Files.createDirectory(folder.resolve("out"));
        Path log = folder.resolve("log");
        try (HostileRegistry registry = HostileRegistry.start(attack)) {
            ProcessBuilder builder = new ProcessBuilder("timeout", "-k", "5", SECONDS, "bash", "-c", puller.script())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().put("NAME", registry.name());
            builder.environment().put("OUT", out.toString());
            Process process = builder.start();
            process.getOutputStream().close();
            int status = process.waitFor();
            if (status == 0) {
                return registry.isTried() ? Result.COMPLETES : Result.DOES_NOT_ASK;
            }
            if (status == TIMED_OUT || status == KILLED) {
                return Result.HANGS;
            }
            boolean panic = new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1).contains("goroutine 1 [");
            return panic ? Result.CRASHES : Result.REFUSES;
        } finally {
            MoreFiles.deleteRecursively(out, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    static String render(List<Puller> pullers, Map<Attack, List<Result>> results) {
        StringBuilder out = new StringBuilder("""
                What programs do about a registry that attacks an image: "completes" is exit status 0, "refuses" any other. In
                bold: the right image is refused, or a wrong one is complete. From "bytes behind its end" on, the
                registry contradicts itself, or the documents do; a program that completes has chosen one reading, and what it
                leaves may be right.

                """);
        out.append("- ").append(Tables.place()).append("\n\n| The registry |");
        pullers.forEach(puller -> out.append(' ')
                .append(puller.name())
                .append(", ")
                .append(puller.version())
                .append(" |"));
        out.append("\n| --- |").append(" --- |".repeat(pullers.size())).append('\n');
        results.forEach((attack, row) -> {
            out.append("| ").append(attack.title()).append(" |");
            row.forEach(result -> out.append(' ').append(text(attack, result)).append(" |"));
            out.append('\n');
        });
        return out.toString();
    }

    private static String text(Attack attack, Result result) {
        boolean good = attack == Attack.NONE
                ? result == Result.COMPLETES
                : result == Result.REFUSES || attack.isContradiction();
        String text = switch (result) {
            case COMPLETES -> "completes";
            case REFUSES -> "refuses";
            case CRASHES -> "crashes";
            case HANGS -> "hangs";
            case DOES_NOT_ASK -> "does not ask for it";
        };
        return good ? text : "**" + text + "**";
    }
}
