package dev.tallyclerk.examples.proxy;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. */
@Command(
        name = "verifying-proxy",
        mixinStandardHelpOptions = true,
        version = "verifying-proxy 0.1.0",
        description = "A pull-through cache of registries that completes no wrong content.",
        subcommands = {Main.Serve.class, Main.Check.class},
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    private static final int FAILED = 1;

    /** Held, because a logger that nobody holds forgets its level. */
    private static final Logger DATABASE = Logger.getLogger("org.postgresql");

    private Main() {}

    /** What the commands have in common. */
    private abstract static class Configured implements Callable<Integer> {
        @Option(names = "--config", paramLabel = "FILE", required = true, description = "Configuration in YAML.")
        private Path config = Path.of("proxy.yml");

        @Override
        public Integer call() {
            try {
                run(ProxyConfig.read(config));
                return 0;
            } catch (ConfigException | IOException e) {
                System.err.println("verifying-proxy: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return FAILED;
        }

        abstract void run(ProxyConfig read) throws ConfigException, IOException, InterruptedException;
    }

    /** Serves until it is told to stop. */
    @Command(name = "serve", mixinStandardHelpOptions = true, description = "Serves until it is told to stop.")
    static final class Serve extends Configured {
        @Override
        void run(ProxyConfig read) throws ConfigException, IOException, InterruptedException {
            PrintStream log = read.log().isEmpty()
                    ? System.out
                    : new PrintStream(
                            new FileOutputStream(read.log().get().toFile(), true), true, StandardCharsets.UTF_8);
            ProxyServer server = ProxyServer.start(read, System.getenv(), log, Clock.systemUTC());
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
            new CountDownLatch(1).await();
        }
    }

    /** Reads the configuration and the files that it names. */
    @Command(name = "check", mixinStandardHelpOptions = true, description = "Checks the configuration and ends.")
    static final class Check extends Configured {
        @Override
        void run(ProxyConfig read) throws ConfigException {
            ExecutorService threads = Executors.newCachedThreadPool(); // of which none is started
            Setup.of(read, System.getenv(), threads, Clock.systemUTC(), System.err::println);
            System.out.println("the configuration can be used: "
                    + read.upstreams().size() + " upstreams, " + read.policies().size() + " policies");
        }
    }

    /**
     * Runs the program.
     *
     * @param args the command and its options
     */
    public static void main(String[] args) {
        Logger.getLogger("")
                .setLevel(Level.WARNING); // what the server's parts say of themselves is not for a log in JSON
        DATABASE.setLevel(Level.OFF); // its warnings repeat parts of the URL, and its errors are exceptions
        int status = new CommandLine(new Main()).execute(args);
        if (status != 0) {
            System.exit(status);
        }
    }
}
