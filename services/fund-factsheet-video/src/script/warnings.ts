/**
 * The sentences that stand beside figures whatever the fund. Sources: Directive 2014/65/EU with Delegated Regulation
 * 2017/565 Art. 44 (fair, clear and not misleading; risk as prominent as benefit; past performance warning), Regulation
 * (EU) 2019/1156 Art. 4 for marketing of funds, and FCA COBS 4.5/4.6.
 */
export const PAST_PERFORMANCE = 'Past performance is not a reliable indicator of future results.';
export const CAPITAL_AT_RISK = 'The value of an investment can fall as well as rise, and investors may get back less than they put in.';
export const NOT_ADVICE = 'This summary is for information only and is not investment advice.';
export const READ_DOCUMENTS = 'Before investing, read the prospectus and the key information document of the fund.';
export const SIMULATED = 'This performance is simulated or back-tested: no investor received these returns.';
