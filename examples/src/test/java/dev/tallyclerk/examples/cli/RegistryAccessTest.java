package dev.tallyclerk.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.testing.HostileServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the options about registries come to at a registry. */
class RegistryAccessTest {
    private static HostileServer registry() throws IOException {
        return HostileServer.start(exchange -> {
            if (exchange.request().header("Authorization").isEmpty()) {
                exchange.answer(401, "WWW-Authenticate: Basic realm=\"x\"");
            } else {
                exchange.answerText(200, "{\"tags\":[\"1\",\"sha256:ab\"]}");
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "'secret', 'secret'",
        "'secret\n', 'secret'",
        "'secret\r\n', 'secret'",
        "'{\n  \"type\": \"service_account\"\n}\n', '{\n  \"type\": \"service_account\"\n}'",
        "'a\n\n', 'a\n'"
    })
    void readsAPasswordOfManyLines(String input, String password) throws IOException {
        try (HostileServer server = registry()) {
            CommandRun run = CommandRun.reading(
                    input.getBytes(StandardCharsets.UTF_8),
                    "tags",
                    server.host() + "/a",
                    "--username",
                    "_json_key",
                    "--password-stdin");
            assertEquals(ExitCode.ACCEPTED, run.exitCode(), run.toString());
            String shown = server.requests().get(1).header("Authorization").orElseThrow();
            assertEquals(
                    "_json_key:" + password,
                    new String(Base64.getDecoder().decode(shown.substring("Basic ".length())), StandardCharsets.UTF_8));
        }
    }
}
