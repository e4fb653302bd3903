/** Why something of a feed was refused, in a few plain words: what the server counts by a name. */

const WORDS: Readonly<Record<string, string>> = {
  too_long: 'too long', truncated: 'cut off', garbage: 'not a frame', bad_crc: 'damaged on the way',
  unproven_address: 'from nobody known to be there', unused_format: 'says nothing of flights', doubtful: 'not said twice',
  dropped: 'came too fast', bad_line: 'not a line of this format', bad_json: 'not JSON', litter: 'between documents',
  bad_document: 'not a document of this format', no_aircraft: 'no list of aircraft', no_address: 'no address',
  bad_address: 'not an address', no_time: 'no time', bad_time: 'not a time', bad_position: 'not a position',
  repeated: 'told before', bad_field: 'an impossible value', future: 'from the future', stale: 'more than an hour old',
  out_of_range: 'not on the globe', null_island: 'at 0° N, 0° E', out_of_reach: 'beyond the reach of the receiver',
  out_of_order: 'too late', duplicate: 'a copy', outranked: 'ranks lower', outranked_value: 'a value that ranks lower',
  other_format: 'feeders in another format', turned_away: 'feeders that were too many', jump: 'cannot be there', altitude_jump: 'cannot be so high', no_room: 'no room for more aircraft',
};

/** The name itself where there are no words for it. */
export function refusal(reason: string): string {
  return WORDS[reason] ?? reason.replaceAll('_', ' ');
}
