package dev.tallyclerk.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.Response;
import dev.tallyclerk.http.Transport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Engines that answer with any status, and with documents that are wrong, of another kind, or cut off. */
class LiveEngineProperties {
    private record Answer(int status, String type, String body, int length) {
        byte[] bytes() {
            byte[] all = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            return Arrays.copyOf(all, Math.min(length, all.length));
        }
    }

    @Provide
    Arbitrary<List<Answer>> answers() {
        Arbitrary<String> bodies = Arbitraries.of(
                "[]",
                "{}",
                "null",
                "",
                "[" + FakeEngine.listed("web") + "]",
                FakeEngine.inspect("web", "'Privileged':true", "'A=b'"),
                "{'Titles':['PID'],'Processes':[['1']]}",
                "{'Version':'28.0.0','ApiVersion':'1.48','Components':[]}",
                "{'Volumes':[{'Name':'v','Driver':'local','Options':{'type':'none','device':'/','o':'bind'}}]}",
                "{'Swarm':{'LocalNodeState':'active','ControlAvailable':true}}",
                "{'message':'page not found'}");
        Arbitrary<Answer> one = Combinators.combine(
                        Arbitraries.of(200, 200, 200, 204, 301, 401, 403, 404, 500),
                        Arbitraries.of("application/json", "text/plain"),
                        bodies,
                        Arbitraries.of(4096, 4096, 10, 1))
                .as(Answer::new);
        return one.list().ofSize(16);
    }

    @Property(tries = 300)
    void everyEngineIsReadOrRefusedWithAReason(@ForAll("answers") List<Answer> answers) {
        int[] next = {0};
        Transport transport = request -> {
            Answer answer = answers.get(next[0]++ % answers.size());
            return new Response(
                    answer.status(),
                    Map.of("Api-Version", List.of("1.45"), "Content-Type", List.of(answer.type())),
                    new ByteArrayInputStream(answer.bytes()));
        };
        try {
            LiveEngine engine = LiveEngine.connect(EngineAddress.parse("tcp://localhost"), transport);
            assertFalse(EngineReader.of(engine).subjects("test").isEmpty());
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            assertTrue(!message.isBlank() && message.length() <= 2000, message);
        }
        assertTrue(next[0] < 1000, "an engine is not asked without an end");
    }
}
