package io.corale.scheduler;

import io.corale.model.Event;

/**
 * An event that waits to be heard.
 *
 * @param sequence unique in the cell; the same for all who hear it
 */
public record Mail(long sequence, Event event) {}
