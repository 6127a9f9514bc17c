package dev.tallyclerk.registry.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of struct vfs_cap_data and vfs_ns_cap_data, little endian; texts as getcap of libcap prints them. */
class FileCapabilitiesTest {
    private static Optional<FileCapabilities> parse(String hex) {
        return FileCapabilities.parse(HexFormat.of().parseHex(hex));
    }

    @ParameterizedTest
    @CsvSource({
        "010000020004000000000000 0000000000000000, cap_net_bind_service=ep",
        "000000020020000000000000 0000000000000000, cap_net_raw=p",
        "000000020000000000200000 0000000000000000, cap_net_raw=i",
        "010000020020000000200000 0000000000000000, cap_net_raw=eip",
        "010000020100000000000000 0001000000000000, 'cap_chown,cap_checkpoint_restore=ep'",
        "010000022000000000040000 0000000000000000, cap_kill=ep cap_net_bind_service=ei",
        "000000020000000000000000 0000000000000000, =",
    })
    void readsTheSecondRevision(String hex, String text) {
        FileCapabilities capabilities = parse(hex.replace(" ", "")).orElseThrow();
        assertEquals(text, capabilities.toString());
        assertEquals(2, capabilities.revision());
    }

    @Test
    void readsTheFirstAndTheThirdRevision() {
        FileCapabilities first = parse("010000010020000000000000").orElseThrow();
        assertEquals(new FileCapabilities(1, 1 << 13, 0, true, 0), first);
        FileCapabilities third =
                parse("0100000300200000000000000000000000000000e8030000").orElseThrow();
        assertEquals(new FileCapabilities(3, 1 << 13, 0, true, 1000), third);
        assertEquals("cap_net_raw=ep [rootid=1000]", third.toString());
        assertTrue(third.permits(13));
        assertFalse(third.permits(12) || third.permits(-1) || third.permits(64));
    }

    @Test
    void namesWhatHasNoNameByItsNumber() {
        assertEquals("cap_63=p", new FileCapabilities(2, Long.MIN_VALUE, 0, false, 0).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "010000",
                "00000000",
                "0100000200200000",
                "01000001002000000000000000",
                "010000020020000000000000",
                "01000003002000000000000000000000000000",
                "010000040020000000000000000000000000000000000000",
            })
    void whatLinuxWouldNotTakeIsNothing(String hex) {
        assertEquals(Optional.empty(), parse(hex));
    }

    @Test
    void thereAreThreeRevisions() {
        assertThrows(IllegalArgumentException.class, () -> new FileCapabilities(4, 0, 0, false, 0));
    }

    @Property
    void anyBytesAreCapabilitiesOrNone(@ForAll byte[] value) {
        FileCapabilities.parse(value)
                .ifPresent(capabilities -> assertTrue(
                        capabilities.revision() >= 1 && !capabilities.toString().isEmpty()));
    }
}
