package dev.tallyclerk.hardening.container.model;

import java.util.List;
import java.util.Objects;

/**
 * A request for devices that a driver of the engine knows, such as graphics processors.
 *
 * @param driver for example {@code nvidia}, or {@code cdi} for devices of the Container Device Interface; empty for any
 *     that has what is asked for
 * @param ids the devices, in CDI for example {@code vendor.com/class=name}; empty where their number or kind is asked
 *     for
 */
public record DeviceRequest(String driver, List<String> ids) {
    public DeviceRequest {
        Objects.requireNonNull(driver, "driver");
        ids = List.copyOf(ids);
    }
}
