package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.HttpException;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkHeaderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "</x>; rel=\"next\"",
                "</x>;rel=next",
                "< /x > ; REL = \"NEXT\"",
                "</x>; title=\"a, b; c>\\\"\"; rel=\"prev next\"; rel=last",
                "</y>; rel=\"prev\", </x>; rel=\"next\"",
                " , </y>, </x>; rel=next;, ",
                "</x>; rel=next, </x>; rel=next",
                "</x>; crossorigin; rel=next"
            })
    void findsTheNextPage(String header) throws HttpException {
        assertEquals(Optional.of("/x"), LinkHeader.next("registry.example.org", List.of(header)));
        assertEquals(
                Optional.of("/x"), LinkHeader.next("registry.example.org", List.of("</z>; rel=\"first\"", header)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " , ", "</x>", "</x>; rel=prev", "</x>; rel=prev; rel=next", "</x>; rel=\"nexts\"", "<>"})
    void findsNoneWhereThereIsNone(String header) throws HttpException {
        assertEquals(Optional.empty(), LinkHeader.next("registry.example.org", List.of(header)));
        assertEquals(Optional.empty(), LinkHeader.next("registry.example.org", List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/x; rel=next",
                "</x; rel=next",
                "</x>; rel=\"next",
                "</x> rel=next",
                "</x>; rel=next, </y>; rel=next",
                "</x>; rel=next </y>",
                "x"
            })
    void refusesWhatWouldEndAListTooEarlyOrInTwoWays(String header) {
        var e = assertThrows(RegistryException.class, () -> LinkHeader.next("registry.example.org", List.of(header)));
        assertEquals(HttpException.Reason.PROTOCOL, e.reason());
        assertTrue(String.valueOf(e.getMessage()).startsWith("cannot read the links of registry.example.org: "));
    }

    @Test
    void refusesTwoNextPagesInTwoHeaders() {
        var e = assertThrows(
                RegistryException.class,
                () -> LinkHeader.next("registry.example.org", List.of("</x>; rel=next", "</y>; rel=next")));
        assertEquals(HttpException.Reason.PROTOCOL, e.reason());
    }

    @Property
    void anyHeaderIsReadOrRefused(
            @ForAll
                    @Chars({'<', '>', ';', ',', '=', '"', '\\', 'r', 'e', 'l', 'n', 'x', 't', ' ', '\u00e9'})
                    @StringLength(max = 40)
                    String header) {
        try {
            LinkHeader.next("registry.example.org", List.of(header, "<" + header + ">; rel=next"));
        } catch (HttpException e) {
            assertEquals(HttpException.Reason.PROTOCOL, e.reason());
        }
    }

    @Property
    void everyTargetLeadsBackToItself(
            @ForAll @Chars({'/', '?', 'a', '=', '&', '%', ',', ';', '"', ' '}) @StringLength(max = 40) String target)
            throws HttpException {
        assertEquals(
                Optional.of(target.strip()),
                LinkHeader.next("registry.example.org", List.of("<" + target + ">; rel=\"next\"")));
    }
}
