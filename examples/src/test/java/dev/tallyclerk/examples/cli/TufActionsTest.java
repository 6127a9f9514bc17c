package dev.tallyclerk.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.trust.fetch.FetchOptions;
import dev.tallyclerk.trust.fetch.HttpGet;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How patient the commands are, which no test can wait for. */
class TufActionsTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void aTargetMayTakeLongerThanMetadata() throws Exception {
        try (TufRepository repository = new TufRepository()) {
            repository.addTarget("targets", "artifact", "hello");
            repository.publish();
            TufClientRuns runs = new TufClientRuns(repository, folder);
            runs.init();
            TufArguments arguments = new TufArguments();
            arguments.metadataDir = runs.metadataDir();
            arguments.metadataUrl = repository.metadata().toString();
            arguments.targetDir = runs.targetDir();
            arguments.targetBaseUrl = repository.targets().toString();
            arguments.targetNames = List.of("artifact");
            List<Duration> metadata = new ArrayList<>();
            List<Duration> targets = new ArrayList<>();
            HttpGet noting = (uri, options) -> {
                (uri.getPath().startsWith("/targets/") ? targets : metadata).add(options.totalTimeout());
                return HttpGet.runtime().send(uri, options);
            };
            TufActions actions = new TufActions(terminal(), Clock.systemUTC(), arguments, noting);
            assertEquals(ExitCode.ACCEPTED, actions.run(actions.download()));
            assertEquals(1, targets.size());
            assertTrue(targets.get(0).compareTo(Duration.ofMinutes(50)) > 0, targets::toString);
            assertTrue(
                    metadata.stream().allMatch(time -> time.compareTo(Duration.ofMinutes(2)) <= 0), metadata::toString);
        }
    }

    @Test
    void everyFileMayTakeAsLongAsItIsTold() throws Exception {
        try (TufRepository repository = new TufRepository()) {
            repository.addTarget("targets", "artifact", "hello");
            repository.publish();
            TufClientRuns runs = new TufClientRuns(repository, folder);
            runs.init();
            TufArguments arguments = new TufArguments();
            arguments.metadataDir = runs.metadataDir();
            arguments.metadataUrl = repository.metadata().toString();
            arguments.targetDir = runs.targetDir();
            arguments.targetBaseUrl = repository.targets().toString();
            arguments.targetNames = List.of("artifact");
            arguments.maxTime = Duration.ofHours(3);
            List<FetchOptions> told = new ArrayList<>();
            HttpGet noting = (uri, options) -> {
                told.add(options);
                return HttpGet.runtime().send(uri, options);
            };
            TufActions actions = new TufActions(terminal(), Clock.systemUTC(), arguments, noting);
            assertEquals(ExitCode.ACCEPTED, actions.run(actions.download()));
            for (FetchOptions options : told) {
                assertTrue(options.totalTimeout().compareTo(Duration.ofHours(2)) > 0, told::toString);
                assertTrue(options.readTimeout().compareTo(Duration.ofHours(2)) > 0, "a server may be silent so long");
            }
        }
    }

    private static Terminal terminal() {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return Terminal.of(Map.of(), InputStream.nullInputStream(), nowhere, nowhere, StandardCharsets.UTF_8);
    }
}
