package dev.tallyclerk.command;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The root command, for picocli. */
@Command(
        name = "tallyclerk",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Decides whether a container image is safe to load.",
        footer = {
            "",
            "Exit status: 0 accepted; 1 rejected; 2 incomplete: it could not be decided; 3 usage"
                    + " error or unreadable input; 4 registry or network error.",
            "With --format json, failures are JSON too."
        })
final class Main implements Runnable {
    private static final List<String> COMMANDS = List.of(
            "verify",
            "audit",
            "rules",
            "pull",
            "push",
            "copy",
            "tags",
            "referrers",
            "inspect",
            "digest",
            "files",
            "packages",
            "diff",
            "vulnerabilities",
            "db",
            "layers",
            "rebuild-plan",
            "sbom",
            "extract",
            "sign",
            "attest",
            "key",
            "trust",
            "tuf",
            "tuf-repo",
            "compare-versions",
            "login",
            "logout",
            "completion",
            "manual");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private Main() {}

    /** Runs the command and returns its exit status. */
    static int run(Terminal terminal, Clock clock, String... args) {
        if (args.length > 0 && args[0].equals("help")) {
            String[] help = Arrays.copyOfRange(args, 1, args.length + 1);
            help[args.length - 1] = "--help";
            return run(terminal, clock, help);
        }
        List<String> arguments = List.of(args);
        CommandLine command = commandLine(terminal, clock, arguments);
        ConfiguredArguments configured;
        try {
            configured =
                    ConfiguredArguments.of(command, () -> withAllCommands(terminal), terminal.environment(), arguments);
        } catch (IOException e) {
            return new FailureReport(
                            FailureReport.Kind.INPUT,
                            "",
                            Messages.of(e),
                            "--no-config, to do without the configuration file",
                            ExitCode.ERROR)
                    .print(terminal, FailureReport.isJsonWanted(arguments));
        }
        configured.announce(terminal);
        return execute(command, terminal, clock, configured, null);
    }

    /** {@return the command with the subcommand that the arguments name, or else with all} */
    private static CommandLine commandLine(Terminal terminal, Clock clock, List<String> arguments) {
        CommandLine command = new CommandLine(new Main());
        // Registering a command loads its classes, and a short run needs only those of one.
        boolean named = !arguments.isEmpty() && COMMANDS.contains(arguments.get(0));
        for (String name : named ? List.of(arguments.get(0)) : COMMANDS) {
            command.addSubcommand(command(name, terminal, clock));
        }
        command.getSubcommands().values().forEach(Main::complete);
        command.setExpandAtFiles(false);
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setOut(writer(terminal.out(), terminal.charset()));
        command.setErr(writer(terminal.err(), terminal.charset()));
        command.setUsageHelpAutoWidth(false);
        return command;
    }

    /**
     * Parses the arguments and runs the command.
     *
     * @param output the file that gets the report; null for standard output, unless the arguments name a file
     */
    private static int execute(
            CommandLine command,
            Terminal terminal,
            Clock clock,
            ConfiguredArguments configured,
            @Nullable OutputFile output) {
        command.setExecutionStrategy(parsed -> {
            CommonOptions common = common(parsed);
            if (common == null) {
                return execute(parsed);
            }
            boolean isElsewhere = common.output() != null && output == null;
            boolean isQuieter = common.isQuiet() && !terminal.quiet();
            return isElsewhere || isQuieter ? redirected(terminal, clock, configured, common) : execute(parsed);
        });
        command.setParameterExceptionHandler((e, arguments) -> {
            failed(output);
            return usageError(terminal, e, List.of(arguments), configured);
        });
        command.setExecutionExceptionHandler((e, failed, parsed) -> {
            failed(output);
            return unreadable(
                    terminal,
                    failed.getCommandSpec(),
                    e,
                    FailureReport.isJsonWanted(parsed.originalArgs()),
                    configured);
        });
        return command.execute(configured.arguments().toArray(String[]::new));
    }

    /** Runs the command with another output. */
    private static int redirected(
            Terminal terminal, Clock clock, ConfiguredArguments configured, CommonOptions common) {
        Terminal quiet = common.isQuiet() ? terminal.withQuiet() : terminal;
        Path file = common.output();
        if (file == null) {
            CommandLine command = commandLine(quiet, clock, configured.arguments());
            return execute(command, quiet, clock, configured, null);
        }
        try (OutputFile output = OutputFile.create(file, terminal.charset())) {
            Terminal elsewhere = quiet.withOut(output.stream());
            CommandLine command = commandLine(elsewhere, clock, configured.arguments());
            int status = execute(command, elsewhere, clock, configured, output);
            output.publish(status);
            return status;
        } catch (IOException e) {
            boolean json = FailureReport.isJsonWanted(configured.arguments());
            return new FailureReport(FailureReport.Kind.INPUT, "", Messages.of(e), "", ExitCode.ERROR)
                    .print(terminal, json);
        }
    }

    private static void failed(@Nullable OutputFile output) throws IOException {
        if (output != null) {
            output.fail();
        }
    }

    private static @Nullable CommonOptions common(ParseResult parsed) {
        CommandSpec mixin = last(parsed).commandSpec().mixins().get(CommonOptions.MIXIN);
        return mixin == null ? null : (CommonOptions) mixin.userObject();
    }

    /** {@return the command with all commands, to describe it and not to run it} */
    static CommandLine withAllCommands(Terminal terminal) {
        CommandLine command = new CommandLine(new Main());
        COMMANDS.forEach(name -> command.addSubcommand(command(name, terminal, Clock.systemUTC())));
        command.getCommandSpec().versionProvider(new Version());
        command.getSubcommands().values().forEach(Main::complete);
        return command;
    }

    /** Adds what all commands have. */
    private static void complete(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        spec.versionProvider(new Version());
        spec.addMixin(CommonOptions.MIXIN, CommandSpec.forAnnotatedObject(new CommonOptions()));
        command.getSubcommands().values().forEach(Main::complete);
    }

    /** Refuses unknown arguments, such as a mistyped command, which picocli ignores if help is requested. */
    private static int execute(ParseResult parsed) {
        ParseResult last = last(parsed);
        CommandSpec command = last.commandSpec();
        if (!command.subcommands().isEmpty() && !last.unmatched().isEmpty()) {
            throw new UnmatchedArgumentException(command.commandLine(), last.unmatched());
        }
        for (ParseResult group = parsed; group.hasSubcommand(); group = group.subcommand()) {
            refuseOptionsBefore(group.subcommand().commandSpec(), group);
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    /** Those of a group are not its command's, which would run without them and without the settings for it. */
    private static void refuseOptionsBefore(CommandSpec command, ParseResult group) {
        for (OptionSpec option : group.matchedOptions()) {
            boolean isForBoth = option.scopeType() == ScopeType.INHERIT || option.usageHelp() || option.versionHelp();
            if (!isForBoth) {
                throw Usage.error(
                        command,
                        option.longestName() + " must stand after the command: " + command.qualifiedName(" ") + " "
                                + option.longestName());
            }
        }
        if (!group.matchedPositionals().isEmpty()) {
            throw Usage.error(
                    command,
                    Quoted.quote(group.matchedPositionals()
                                    .get(0)
                                    .originalStringValues()
                                    .get(0)) + " must stand after the command: " + command.qualifiedName(" "));
        }
    }

    private static ParseResult last(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        return last;
    }

    private static Object command(String name, Terminal terminal, Clock clock) {
        return switch (name) {
            case "verify" -> new VerifyCommand(terminal, clock);
            case "audit" -> new AuditCommand(terminal, clock);
            case "rules" -> new RulesCommand(terminal);
            case "pull" -> new PullCommand(terminal, clock);
            case "push" -> PushCommand.commandLine(terminal, clock);
            case "copy" -> new CopyCommand(terminal, clock);
            case "tags" -> new TagsCommand(terminal);
            case "referrers" -> new ReferrersCommand(terminal);
            case "inspect" -> new InspectCommand(terminal);
            case "digest" -> new DigestCommand(terminal);
            case "files" -> new FilesCommand(terminal);
            case "packages" -> new PackagesCommand(terminal);
            case "diff" -> new DiffCommand(terminal);
            case "vulnerabilities" -> new VulnerabilitiesCommand(terminal, clock);
            case "db" -> DbCommand.commandLine(terminal, clock);
            case "layers" -> new LayersCommand(terminal);
            case "rebuild-plan" -> new RebuildPlanCommand(terminal, clock);
            case "sbom" -> SbomCommand.commandLine(terminal, clock);
            case "extract" -> new ExtractCommand(terminal);
            case "sign" -> new SignCommand(terminal, clock);
            case "attest" -> new AttestCommand(terminal, clock);
            case "key" -> KeyCommand.commandLine(terminal);
            case "trust" -> TrustCommand.commandLine(terminal, clock);
            case "tuf" -> TufCommand.commandLine(terminal, clock);
            case "tuf-repo" -> TufRepoCommand.commandLine(terminal, clock);
            case "compare-versions" -> new CompareVersionsCommand(terminal);
            case "login" -> new LoginCommand(terminal);
            case "logout" -> new LogoutCommand(terminal);
            case "completion" -> new CompletionCommand(terminal, () -> withAllCommands(terminal));
            case "manual" -> new ManualCommand(terminal, () -> withAllCommands(terminal));
            default -> throw new IllegalArgumentException("unknown command " + name);
        };
    }

    private static PrintWriter writer(PrintStream stream, Charset charset) {
        return new PrintWriter(new OutputStreamWriter(stream, charset), true);
    }

    private static int usageError(
            Terminal terminal, ParameterException e, List<String> arguments, ConfiguredArguments configured) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        String message = Misspelling.of(e, arguments).orElse(Messages.of(e));
        return new FailureReport(
                        FailureReport.Kind.USAGE,
                        "",
                        message + configured.origin(message),
                        Hints.ofSource(e, arguments).orElse(command.qualifiedName(" ") + " --help"),
                        errorStatus(command))
                .print(terminal, FailureReport.isJsonWanted(arguments));
    }

    /** {@return the status for an error; a command that follows another protocol has its own} */
    private static int errorStatus(CommandSpec command) {
        int own = command.exitCodeOnInvalidInput();
        return own == CommandLine.ExitCode.USAGE ? ExitCode.ERROR : own;
    }

    private static int unreadable(
            Terminal terminal, CommandSpec command, Exception e, boolean json, ConfiguredArguments configured) {
        if (e instanceof IOException || e instanceof UncheckedIOException) {
            Optional<Throwable> network = FailureReport.network(e);
            int status = errorStatus(command);
            return new FailureReport(
                            network.isPresent() ? FailureReport.Kind.REGISTRY : FailureReport.Kind.INPUT,
                            network.filter(HttpException.class::isInstance)
                                    .map(http -> ((HttpException) http).reason().name())
                                    .orElse(""),
                            Messages.of(e) + configured.origin(Messages.of(e)),
                            Hints.of(e, command).orElse(""),
                            network.isPresent() && status == ExitCode.ERROR ? ExitCode.NETWORK : status)
                    .print(terminal, json);
        }
        // A bug is not a verdict: the image was not judged.
        FailureReport defect = new FailureReport(
                FailureReport.Kind.DEFECT,
                "",
                "this is a bug in tallyclerk; please report it with this stack trace",
                "",
                errorStatus(command));
        int status = defect.print(terminal, json);
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        trace.toString().lines().forEach(line -> terminal.err().println(Quoted.printable(line.replace("\t", "    "))));
        return status;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given; try verify, for example");
    }

    /** Reads the version that the build recorded. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
                Properties properties = new Properties();
                if (in != null) {
                    properties.load(in);
                }
                return new String[] {"tallyclerk " + properties.getProperty("version", "of unknown version")};
            }
        }
    }
}
