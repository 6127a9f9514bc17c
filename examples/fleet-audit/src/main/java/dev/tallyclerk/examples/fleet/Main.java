package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line. */
@Command(
        name = "fleet-audit",
        mixinStandardHelpOptions = true,
        version = "fleet-audit 0.1.0",
        description = "Verifies and audits all images of registries, layouts and archives.",
        subcommands = Main.Audit.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    static final int ERROR = 3;

    private Main() {}

    /** Audits. */
    @Command(
            name = "audit",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Verifies and audits all images of the sources. Each distinct layer of a registry, a layout or an"
                        + " archive is read and hashed once.",
                "A run that was killed continues where it was."
            },
            footer = {
                "",
                "Exit status: 0 all images accepted; 1 one rejected; 2 none rejected, and one incomplete; 3 usage error,"
                        + " or a folder that cannot be used."
            })
    static final class Audit implements Callable<Integer> {
        private static final int MOST_THREADS = 16;

        /** Two of three parts of the heap may be entries of images. */
        private static final int HEAP_PARTS = 3;

        private static final int PARTS_FOR_IMAGES = 2;

        @Parameters(
                paramLabel = "SOURCE",
                arity = "1..*",
                description = "docker://HOST for all repositories of a registry, docker://HOST/REPOSITORY for all its"
                        + " tags, docker://HOST/REPOSITORY:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE, or a folder"
                        + " with layouts and archives.")
        private List<String> sources = List.of();

        @Option(names = "--state", paramLabel = "DIR", description = "Folder of the run; default ${DEFAULT-VALUE}.")
        private Path state = Path.of("fleet-audit-state");

        @Option(
                names = "--output",
                paramLabel = "DIR",
                description = "Folder for images.jsonl and summary.html; default ${DEFAULT-VALUE}.")
        private Path output = Path.of("fleet-audit");

        @Option(names = "--policy", paramLabel = "FILE", description = "Policy of rules, in JSON or YAML.")
        private String policy = "";

        @Option(names = "--profile", paramLabel = "PROFILE", description = "L1, L2 or STRICT; default the policy's.")
        private String profile = "";

        @Option(
                names = "--fail-on",
                paramLabel = "SEVERITY",
                description = "Lowest severity that rejects: INFO to CRITICAL, or NONE; default the policy's.")
        private String failOn = "";

        @Option(
                names = "--trust-policy",
                paramLabel = "FILE",
                description =
                        "Who has to have signed which image, in JSON or YAML, without repositories of TUF or Notary.")
        private @Nullable String trustPolicy;

        @Option(
                names = "--key",
                paramLabel = "FILE",
                description = "Public key in PEM that has to have signed every image; of several, one is enough.")
        private List<String> keys = List.of();

        @Option(
                names = "--platform",
                paramLabel = "OS/ARCH",
                description = "Platform of the images; default linux/amd64.")
        private String platform = "";

        @Option(
                names = "--plain-http-for",
                paramLabel = "HOST",
                description = "Registry that is reached by plain HTTP; may be repeated.")
        private List<String> plainHttp = List.of();

        @Option(
                names = "--parallel",
                paramLabel = "N",
                description = "Images or layers read at a time; default the number of cores, at most 16 and as many as"
                        + " there is memory for.")
        private int parallel;

        @Option(
                names = "--max-image-memory",
                paramLabel = "MIB",
                description = "Most memory for the entries of one image, each of which takes about 250 bytes; default"
                        + " ${DEFAULT-VALUE}. An image that needs more is incomplete.")
        private int imageMemory = Settings.DEFAULT_IMAGE_MIB;

        private PrintStream progress = System.out;

        @Override
        public Integer call() {
            try {
                Settings settings = new Settings(
                        policy,
                        profile,
                        failOn,
                        platform,
                        trustPolicy,
                        keys,
                        plainHttp,
                        Settings.mebibytes(imageMemory),
                        Clock.systemUTC().instant());
                return audit(settings, threads());
            } catch (IOException | IllegalArgumentException e) {
                System.err.println("fleet-audit: " + Messages.of(e));
                return ERROR;
            }
        }

        private int audit(Settings settings, int threads) throws IOException {
            Judge judge = Judge.of(settings);
            try (StateFolder run = StateFolder.open(state, run(judge), settings.time());
                    Registries registries = Registries.of(plainHttp, System.getenv(), run.temporary());
                    FleetAudit audit = new FleetAudit(registries, judge, run, threads, progress)) {
                return audit.run(FleetSources.list(sources, registries), output, settings.time());
            }
        }

        /** {@return how many images are read at a time, so that all of them fit into the heap} */
        private int threads() {
            if (imageMemory < 1 || parallel < 0) {
                throw new IllegalArgumentException("--max-image-memory and --parallel are 1 or more");
            }
            long room = Runtime.getRuntime().maxMemory() / HEAP_PARTS * PARTS_FOR_IMAGES;
            long most = room / Settings.mebibytes(imageMemory);
            if (most < Math.max(parallel, 1)) {
                throw new IllegalArgumentException(
                        "the heap has room for " + most + " images of " + imageMemory
                                + " MiB at a time: give java more memory (-Xmx), or a smaller --parallel or --max-image-memory");
            }
            long wanted =
                    parallel > 0 ? parallel : Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS);
            return (int) Math.min(wanted, most);
        }

        /** {@return what must be equal for a run to continue} */
        private String run(Judge judge) throws IOException {
            String rules = policy.isEmpty() ? "" : Files.readString(Path.of(policy));
            String here = Path.of("").toAbsolutePath().toString(); // where relative sources are
            return String.join(
                    "\n",
                    "fleet-audit 0.1.0",
                    here,
                    sources.toString(),
                    profile,
                    failOn,
                    platform,
                    imageMemory + " MiB",
                    judge.trust().map(Trust::version).orElse(""),
                    rules);
        }
    }

    /**
     * Runs the program.
     *
     * @param args the command and its options
     */
    public static void main(String[] args) {
        int status = ERROR;
        try {
            status = run(System.out, args);
        } catch (Error e) {
            // Java itself would exit with 1, which means that an image is rejected.
            System.err.println("fleet-audit: " + Messages.of(e));
        }
        System.exit(status);
    }

    /** {@return the exit status of the program, which tells its progress to {@code out}} */
    static int run(PrintStream out, String... args) {
        CommandLine command = new CommandLine(new Main());
        Objects.requireNonNull(command.getSubcommands().get("audit")).<Audit>getCommand().progress = out;
        return command.setExitCodeExceptionMapper(e -> ERROR)
                .setParameterExceptionHandler((e, given) -> {
                    System.err.println("fleet-audit: " + Quoted.printable(String.valueOf(e.getMessage())));
                    return ERROR;
                })
                .execute(args);
    }
}
