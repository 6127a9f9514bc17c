package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.registry.proxy.ProxyEvent;
import dev.tallyclerk.registry.proxy.ProxyEvent.Content;
import dev.tallyclerk.registry.proxy.ProxyEvent.Kind;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private final History history = new History(Clock.fixed(Instant.EPOCH.plusSeconds(9), ZoneOffset.UTC));

    private void event(Kind kind, Content content, int status, long bytes, String subject) {
        history.event(new ProxyEvent(kind, content, "example.org", status, bytes, subject, ""));
    }

    @Test
    void namesThatDoNotExistPushNothingOutOfThePage() {
        event(Kind.MISS, Content.MANIFEST, 0, 0, "example.org/team/app 1.0");
        event(Kind.FILL, Content.MANIFEST, 0, 100, "example.org/team/app sha256:00");
        event(Kind.REQUEST, Content.MANIFEST, 200, 100, "example.org/team/app 1.0");
        for (int i = 0; i < 2000; i++) {
            String absent = "example.org/absent/" + i + " 1.0";
            event(Kind.MISS, Content.MANIFEST, 0, 0, absent);
            event(Kind.HIT, Content.MANIFEST, 0, 0, absent);
            event(Kind.REQUEST, Content.MANIFEST, 404, 0, absent);
            event(Kind.REQUEST, Content.REFERRERS, 200, 0, absent);
        }
        assertEquals(
                List.of(new History.Repository(
                        "example.org/team/app", 1, 0, 100, 0, 0, 0, Instant.EPOCH.plusSeconds(9))),
                history.repositories());
    }

    @Test
    void whatCameBeforeTheFirstAnswerIsCounted() {
        event(Kind.HIT, Content.MANIFEST, 0, 0, "example.org/team/app 1.0");
        event(Kind.REQUEST, Content.MANIFEST, 200, 100, "example.org/team/app 1.0");
        event(Kind.DENIED, Content.MANIFEST, 0, 0, "example.org/team/bad 1.0");
        List<History.Repository> rows = history.repositories();
        assertEquals(1, rows.get(1).hits());
        assertEquals(1, rows.get(0).denied());
        assertEquals("DENIED", history.refusals().get(0).kind());
    }
}
